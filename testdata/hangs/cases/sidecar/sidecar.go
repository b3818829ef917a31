// Package sidecar: a helper that lives for ever in select {}, and a server's Run that waits until it is told to quit by a page.
//
// healthy
package sidecar

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

type server struct {
	quit chan struct{}
	once sync.Once
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodDelete {
		s.once.Do(func() { close(s.quit) })
	}
	w.Write([]byte("ok"))
}

func (s *server) run() {
	web := httptest.NewServer(s)
	defer web.Close()
	if response, err := http.Get(web.URL); err == nil {
		response.Body.Close()
	}
	<-s.quit
}

func forever() { select {} }

// Run runs both.
func Run() {
	go forever()
	(&server{quit: make(chan struct{})}).run()
}
