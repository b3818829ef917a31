// Command self-deadlock-rlock resolves names, with a cache behind a read-write
// mutex. A lookup that misses fills the cache while it still has its read lock:
// the writer waits for all readers to leave, and it is one of them.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type resolver struct {
	mu    sync.RWMutex
	names map[string]string
}

func (r *resolver) lookup(name string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if addr, ok := r.names[name]; ok {
		return addr
	}
	// The bug: a read lock cannot be upgraded. The deferred RUnlock would come after fill.
	return r.fill(name)
}

func (r *resolver) fill(name string) string {
	addr := "192.0.2.1"
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names[name] = addr
	return addr
}

func main() {
	r := &resolver{names: map[string]string{"go.dev": "192.0.2.80"}}
	http.HandleFunc("/lookup", func(w http.ResponseWriter, req *http.Request) {
		fmt.Fprintln(w, r.lookup(req.FormValue("name")))
	})
	debug.Serve()
	debug.Call("/lookup?name=go.dev")
	debug.Visit("/lookup?name=example.com", 1)
	debug.WaitFor("main.(*resolver).fill", 1)
	debug.Visit("/lookup?name=go.dev", 5)
	select {}
}
