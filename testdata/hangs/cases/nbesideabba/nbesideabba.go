// Package nbesideabba: a session and its list of users lock each other out; beside them mailers that a page feeds, and
// a lease that ends in a minute, all set up by the same goroutine.
//
// hang: nbesideabba.(*session).kick mutex lock-order-cycle x1
// hang: nbesideabba.(*users).remove mutex lock-order-cycle x1
package nbesideabba

import (
	"context"
	"net/http"
	"sync"
	"time"
)

type users struct {
	mu     sync.Mutex
	online map[string]*session
}

type session struct {
	mu   sync.Mutex
	name string
	of   *users
}

func (u *users) kickAll() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, s := range u.online {
		time.Sleep(5 * time.Millisecond)
		s.kick()
	}
}

func (s *session) kick() {
	s.mu.Lock()
	s.name = ""
	s.mu.Unlock()
}

func (u *users) remove(name string) {
	u.mu.Lock()
	delete(u.online, name)
	u.mu.Unlock()
}

func (s *session) logout() {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(5 * time.Millisecond)
	s.of.remove(s.name)
}

type mailer struct{ jobs chan string }

func (m *mailer) work() {
	for job := range m.jobs {
		_ = job
	}
}

func setup(m *mailer) {
	for range 3 {
		go m.work()
	}
	lease, cancel := context.WithTimeout(context.Background(), time.Minute)
	go func() {
		<-lease.Done()
		cancel()
	}()
	u := &users{online: map[string]*session{}}
	u.online["ann"] = &session{name: "ann", of: u}
	go u.kickAll()
	go u.online["ann"].logout()
}

// Run sets all of it up.
func Run() {
	m := &mailer{make(chan string)}
	http.HandleFunc("/nbesideabba", func(http.ResponseWriter, *http.Request) { m.jobs <- "x" })
	go setup(m)
}
