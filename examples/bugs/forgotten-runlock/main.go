// Command forgotten-runlock caches pages behind a read-write mutex. A lookup
// that finds nothing keeps its read lock. Nobody notices: readers let each other
// in. Then somebody writes, must wait for that reader, and every later reader
// waits behind the writer.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type cache struct {
	mu    sync.RWMutex
	pages map[string]string
}

func (c *cache) get(name string) (string, bool) {
	c.mu.RLock()
	page, ok := c.pages[name]
	if !ok {
		// The bug: no RUnlock on this path.
		return "", false
	}
	c.mu.RUnlock()
	return page, true
}

func (c *cache) set(name, page string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages[name] = page
}

func main() {
	pages := &cache{pages: map[string]string{"/": "welcome"}}
	http.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages.get(r.FormValue("name"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintln(w, page)
	})
	http.HandleFunc("/set", func(w http.ResponseWriter, r *http.Request) {
		pages.set(r.FormValue("name"), r.FormValue("page"))
	})
	debug.Serve()
	debug.Call("/get?name=/")
	debug.Call("/get?name=/old") // keeps its read lock
	debug.Call("/get?name=/")    // and readers still get in
	debug.Visit("/set?name=/new&page=hello", 1)
	debug.WaitFor("main.(*cache).set", 1)
	debug.Visit("/get?name=/", 6)
	select {}
}
