// Package panicskips: a handler panics between Lock and Unlock; net/http recovers; all later requests of the path
// stand.
//
// hang: panicskips.(*sessionTable).touch mutex forgotten-unlock
package panicskips

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type session struct {
	user  string
	calls *int
}

type sessionTable struct {
	mu sync.Mutex
	m  map[string]*session
}

func (s *sessionTable) touch(user string) int {
	s.mu.Lock()
	e := s.m[user]
	if e == nil {
		e = &session{user: user}
		s.m[user] = e
	}
	*e.calls++
	n := *e.calls
	s.mu.Unlock()
	return n
}

func (s *sessionTable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, s.touch(r.FormValue("user")))
}

func TestTouchNew(t *runner.T) {
	n := 0
	tab := &sessionTable{m: map[string]*session{"root": {"root", &n}}}
	mux := http.NewServeMux()
	mux.Handle("/touch", tab)
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {})
	l, url := listen()
	srv := &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0)}
	go srv.Serve(l)
	get := func(path string) {
		resp, err := http.Get(url + path)
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
	get("/touch?user=root")
	get("/touch?user=eve")
	c := &http.Client{Timeout: 5 * time.Second}
	for i := 0; i < 4; i++ {
		go c.Get(url + "/touch?user=root")
	}
	for {
		get("/ok")
		time.Sleep(50 * time.Millisecond)
	}
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
	runner.Run("TestTouchNew", TestTouchNew)
}
