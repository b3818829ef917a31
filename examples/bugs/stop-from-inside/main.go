// Command stop-from-inside has a session that ends itself: its loop calls Stop
// when it has read the word, and Stop waits until the loop has ended.
package main

import (
	"fmt"
	"net/http"

	"example.com/bugs/internal/debug"
)

type session struct {
	words chan string
	quit  chan struct{}
	ended chan struct{}
}

func start() *session {
	s := &session{make(chan string), make(chan struct{}), make(chan struct{})}
	go s.loop()
	return s
}

func (s *session) loop() {
	defer close(s.ended)
	for {
		select {
		case word := <-s.words:
			if word == "bye" {
				// The bug: this is the loop that Stop waits for.
				s.Stop()
			}
		case <-s.quit:
			return
		}
	}
}

// Stop ends the session and returns when it has ended.
func (s *session) Stop() {
	close(s.quit)
	<-s.ended
}

func main() {
	http.HandleFunc("/say", func(w http.ResponseWriter, r *http.Request) {
		s := start()
		s.words <- r.FormValue("word")
		fmt.Fprintln(w, "heard")
	})
	debug.Serve()
	debug.Call("/say?word=bye")
	debug.Call("/say?word=bye")
	select {}
}
