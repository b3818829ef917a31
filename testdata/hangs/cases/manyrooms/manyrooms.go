// Package manyrooms: chat rooms with one loop each; two are lively, three have been silent since they were opened. All can
// be written to by HTTP.
//
// healthy
package manyrooms

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

type room struct {
	said chan string
	log  int
}

func (r *room) loop() {
	for range r.said {
		r.log++
	}
}

type house struct {
	mu    sync.Mutex
	rooms map[string]*room
}

func (h *house) room(name string) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[name]
	if r == nil {
		r = &room{said: make(chan string)}
		h.rooms[name] = r
		go r.loop()
	}
	return r
}

func (h *house) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	h.room(q.URL.Path).said <- "hello"
}

// Run talks in two of five.
func Run() {
	h := &house{rooms: map[string]*room{}}
	server := httptest.NewServer(h)
	say := func(name string) {
		if response, err := http.Get(server.URL + name); err == nil {
			response.Body.Close()
		}
	}
	for _, name := range []string{"/a", "/b", "/c", "/d", "/e"} {
		say(name)
	}
	for {
		say("/a")
		say("/d")
		time.Sleep(50 * time.Millisecond)
	}
}
