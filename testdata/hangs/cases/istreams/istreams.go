// Package istreams: server-sent events: handlers wait on their subscriber's channel or the request's context; one
// event each second.
//
// healthy
package istreams

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type feed struct {
	mu   sync.Mutex
	subs map[chan string]struct{}
}

func (f *feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ch := make(chan string, 1)
	f.mu.Lock()
	f.subs[ch] = struct{}{}
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.subs, ch)
		f.mu.Unlock()
	}()
	w.(http.Flusher).Flush()
	for {
		select {
		case s := <-ch:
			fmt.Fprintf(w, "data: %s\n\n", s)
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

func (f *feed) publish(s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ch := range f.subs {
		select {
		case ch <- s:
		default:
		}
	}
}

func TestFeed(t *runner.T) {
	f := &feed{subs: map[chan string]struct{}{}}
	l, url := listen()
	go http.Serve(l, f)
	for i := 0; i < 6; i++ {
		go func() {
			resp, err := http.Get(url)
			if err != nil {
				return
			}
			s := bufio.NewScanner(resp.Body)
			for s.Scan() {
			}
		}()
	}
	for i := 0; ; i++ {
		time.Sleep(time.Second)
		f.publish(fmt.Sprint(i))
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
	runner.Run("TestFeed", TestFeed)
}
