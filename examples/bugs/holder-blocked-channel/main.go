// Command holder-blocked-channel tells other parts of the program what changes
// in its stock. It does so while it has the mutex, through a channel with room
// for three. The one that listened has given up: the fourth change waits for
// room, with the mutex locked, and everybody else waits for the mutex.
package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type stock struct {
	mu      sync.Mutex
	items   int
	changes chan int
}

func (s *stock) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items += n
	// Half of the bug: a send that may wait, with the mutex locked.
	s.changes <- s.items
}

func (s *stock) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items
}

// follow writes changes down, until that fails once.
func (s *stock) follow(write func(int) error) {
	for items := range s.changes {
		if err := write(items); err != nil {
			// The other half: it goes, and nobody receives any more.
			log.Print(err)
			return
		}
	}
}

func main() {
	s := &stock{changes: make(chan int, 3)}
	go s.follow(func(int) error { return errors.New("disk full") })
	http.HandleFunc("/add", func(http.ResponseWriter, *http.Request) { s.add(1) })
	http.HandleFunc("/count", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, s.count()) })
	debug.Serve()
	for i := 0; i < 4; i++ { // one is received, three fit
		debug.Call("/add")
	}
	debug.Visit("/add", 1)
	debug.WaitFor("main.(*stock).add", 1)
	debug.Visit("/count", 6)
	select {}
}
