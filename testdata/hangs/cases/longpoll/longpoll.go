// Package longpoll: clients hang at a page that answers when the score changes, after 300 ms or so; both ends wait most of
// the time.
//
// healthy
package longpoll

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

type board struct {
	mu      sync.Mutex
	goals   int
	changed chan struct{}
}

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	changed := b.changed
	b.mu.Unlock()
	select {
	case <-changed:
		fmt.Fprintln(w, "goal")
	case <-r.Context().Done():
	}
}

func (b *board) goal() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.goals++
	close(b.changed)
	b.changed = make(chan struct{})
}

// Run has five clients.
func Run() {
	b := &board{changed: make(chan struct{})}
	server := httptest.NewServer(b)
	for i := 0; i < 5; i++ {
		go func() {
			for {
				if response, err := http.Get(server.URL); err == nil {
					response.Body.Close()
				}
			}
		}()
	}
	for {
		time.Sleep(300 * time.Millisecond)
		b.goal()
	}
}
