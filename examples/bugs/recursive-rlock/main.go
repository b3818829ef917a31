// Command recursive-rlock reads a directory of people under a read lock. One
// reader calls another that takes the read lock again: that goes well until a
// writer asks in between, behind whom new readers must wait.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type directory struct {
	mu     sync.RWMutex
	people map[string]string
}

func (d *directory) phone(name string) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.people[name]
}

// card has a read lock, and looks a second time with another one.
func (d *directory) card(name string, layout func()) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	layout()
	// The bug: phone locks again. With a writer waiting, that waits for the writer, and the writer for card.
	return fmt.Sprintln(name, d.phone(name))
}

func (d *directory) set(name, phone string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.people[name] = phone
}

func main() {
	d := &directory{people: map[string]string{"ada": "1815"}}
	// Here a writer comes in between each time; in a real server it takes weeks.
	layout := func() {
		debug.Visit("/set?name=bob&phone=1912", 1)
		debug.WaitFor("main.(*directory).set", 1)
	}
	http.HandleFunc("/card", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, d.card(r.FormValue("name"), layout)) })
	http.HandleFunc("/set", func(w http.ResponseWriter, r *http.Request) { d.set(r.FormValue("name"), r.FormValue("phone")) })
	debug.Serve()
	debug.Visit("/card?name=ada", 1)
	select {}
}
