// Package ntokenfetch: a token is fetched over HTTP with the lock held, from a server in the same process that takes nine
// seconds; two more want the token.
//
// healthy
package ntokenfetch

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

type tokens struct {
	mu    sync.Mutex
	token string
	url   string
}

func (t *tokens) get() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token != "" {
		return t.token
	}
	if r, err := http.Get(t.url); err == nil {
		r.Body.Close()
		t.token = "x"
	}
	return t.token
}

func setup() {
	slow := func(http.ResponseWriter, *http.Request) { time.Sleep(9 * time.Second) }
	t := &tokens{url: httptest.NewServer(http.HandlerFunc(slow)).URL}
	for range 3 {
		go t.get()
		time.Sleep(5 * time.Millisecond)
	}
}

// Run has three who want the token.
func Run() { go setup() }
