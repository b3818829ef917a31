// Command sessions keeps goroutines for whoever has logged in: the requests that
// started them are long over, and only the map of sessions knows how to reach
// them. Most users are elsewhere. Every one of these goroutines waits for its user.
package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"example.com/healthy/internal/live"
)

type session struct {
	ctx    context.Context
	logout context.CancelFunc
	clicks chan string    // to count
	notes  chan string    // to write down
	busy   sync.WaitGroup // what must end before the session is closed
	closed chan struct{}

	mu    sync.Mutex
	fresh *sync.Cond
	total int
}

var (
	mu       sync.Mutex
	sessions = map[string]*session{}
)

func login(name string) {
	s := &session{clicks: make(chan string), notes: make(chan string, 4), closed: make(chan struct{})}
	s.ctx, s.logout = context.WithCancel(context.Background())
	s.fresh = sync.NewCond(&s.mu)
	s.busy.Add(2)
	go s.count()
	go s.write()
	go s.celebrate()
	go s.close()
	mu.Lock()
	defer mu.Unlock()
	sessions[name] = s
}

func (s *session) count() {
	defer s.busy.Done()
	for {
		select {
		case click := <-s.clicks:
			s.mu.Lock()
			s.total++
			s.mu.Unlock()
			s.fresh.Signal()
			s.notes <- click
		case <-s.ctx.Done():
			close(s.notes)
			return
		}
	}
}

func (s *session) write() {
	defer s.busy.Done()
	for range s.notes {
		live.Done()
	}
}

// celebrate waits for the thousandth click.
func (s *session) celebrate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.total < 1000 && s.ctx.Err() == nil {
		s.fresh.Wait()
	}
}

func (s *session) close() {
	<-s.ctx.Done()
	s.fresh.Signal()
	s.busy.Wait()
	close(s.closed)
}

func sessionOf(name string) *session {
	mu.Lock()
	defer mu.Unlock()
	return sessions[name]
}

func main() {
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) { login(r.FormValue("name")) })
	http.HandleFunc("/click", func(w http.ResponseWriter, r *http.Request) {
		sessionOf(r.FormValue("name")).clicks <- "click"
	})
	http.HandleFunc("/logout", func(w http.ResponseWriter, r *http.Request) {
		s := sessionOf(r.FormValue("name"))
		s.logout()
		<-s.closed
	})
	address := live.Serve()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	for i := 0; i < 12; i++ {
		live.Get(client, fmt.Sprintf("http://%s/login?name=user%d", address, i))
	}
	live.Work(3, func(i int) {
		live.Get(client, fmt.Sprintf("http://%s/click?name=user%d", address, i))
		live.Pause()
	})
	select {}
}
