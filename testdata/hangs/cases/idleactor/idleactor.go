// Package idleactor: a chess clock as a goroutine that is asked over HTTP, with reply channels; it was asked twice, and
// waits.
//
// healthy
package idleactor

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"
)

type question struct {
	player string
	answer chan time.Duration
}

type clock struct {
	questions chan question
	quit      chan struct{}
}

func (c *clock) run() {
	left := map[string]time.Duration{"white": time.Hour, "black": time.Hour}
	for {
		select {
		case q := <-c.questions:
			q.answer <- left[q.player]
		case <-c.quit:
			return
		}
	}
}

func (c *clock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := question{r.URL.Query().Get("player"), make(chan time.Duration)}
	c.questions <- q
	fmt.Fprintln(w, <-q.answer)
}

// Close ends it.
func (c *clock) Close() { close(c.quit) }

// Run asks for both.
func Run() {
	c := &clock{make(chan question), make(chan struct{})}
	go c.run()
	server := httptest.NewServer(c)
	for _, player := range []string{"white", "black"} {
		if response, err := http.Get(server.URL + "?player=" + player); err == nil {
			response.Body.Close()
		}
	}
}
