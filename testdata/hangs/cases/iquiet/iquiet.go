// Package iquiet: a server at rest whose workers are fed by handlers alone: no live goroutine has their channel on its
// stack.
//
// healthy
package iquiet

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"example.com/hangs/runner"
)

type mail struct{ to string }

type mailer struct {
	jobs chan mail
	sent int64
}

func newMailer(n int) *mailer {
	m := &mailer{jobs: make(chan mail, 16)}
	for i := 0; i < n; i++ {
		go m.deliver()
	}
	return m
}

func (m *mailer) deliver() {
	for j := range m.jobs {
		_ = j
		atomic.AddInt64(&m.sent, 1)
	}
}

type app struct {
	m *mailer
	q *outbox
}

type outbox struct {
	mu   sync.Mutex
	cond *sync.Cond
	rows []string
}

func (o *outbox) drain() {
	for {
		o.mu.Lock()
		for len(o.rows) == 0 {
			o.cond.Wait()
		}
		o.rows = o.rows[:0]
		o.mu.Unlock()
	}
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.m.jobs <- mail{r.FormValue("to")}
	a.q.mu.Lock()
	a.q.rows = append(a.q.rows, "x")
	a.q.cond.Signal()
	a.q.mu.Unlock()
}

func TestQuiet(t *runner.T) {
	o := &outbox{}
	o.cond = sync.NewCond(&o.mu)
	go o.drain()
	a := &app{newMailer(3), o}
	l, url := listen()
	go http.Serve(l, a)
	http.Get(url + "/?to=a")
}

func listen() (net.Listener, string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return l, "http://" + l.Addr().String()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestQuiet", TestQuiet)
}
