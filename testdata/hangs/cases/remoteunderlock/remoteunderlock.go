// Package remoteunderlock: an exchange rate is fetched under a lock from a server that takes 250 ms; those who come
// meanwhile wait for the lock, and get it.
//
// healthy
package remoteunderlock

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

type rates struct {
	mu   sync.Mutex
	from string
	last []byte
}

func (r *rates) fetch() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if response, err := http.Get(r.from); err == nil {
		r.last, _ = io.ReadAll(response.Body)
		response.Body.Close()
	}
}

// Run has three who ask.
func Run() {
	bank := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(250 * time.Millisecond)
		io.WriteString(w, "1.08")
	}))
	r := &rates{from: bank.URL}
	for i := 0; i < 3; i++ {
		go func() {
			for {
				r.fetch()
				time.Sleep(20 * time.Millisecond)
			}
		}()
	}
}
