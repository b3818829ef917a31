// Package hlongpoll: long polls that wait for an event or for their time-out, and a reaper.
//
// healthy
package hlongpoll

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type pollHub struct {
	mu   sync.Mutex
	wait map[int]chan string
	next int
}

func (h *pollHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ch := make(chan string, 1)
	h.mu.Lock()
	h.next++
	id := h.next
	h.wait[id] = ch
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.wait, id)
		h.mu.Unlock()
	}()
	select {
	case s := <-ch:
		fmt.Fprintln(w, s)
	case <-time.After(20 * time.Second):
		w.WriteHeader(204)
	case <-r.Context().Done():
	}
}

func TestPolls(t *runner.T) {
	h := &pollHub{wait: map[int]chan string{}}
	l, url := listen()
	go http.Serve(l, h)
	for i := 0; i < 5; i++ {
		go http.Get(url)
	}
	time.Sleep(time.Hour)
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
	runner.Run("TestPolls", TestPolls)
}
