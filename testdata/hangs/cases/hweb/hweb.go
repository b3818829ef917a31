// Package hweb: HTTP with keep-alive clients, a slow handler and a mutex that moves.
//
// healthy
package hweb

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type counter struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.n[r.URL.Path]++
	time.Sleep(2 * time.Millisecond)
	c.mu.Unlock()
	fmt.Fprintln(w, "ok")
}

func TestLoad(t *runner.T) {
	l, url := listen()
	go http.Serve(l, &counter{n: map[string]int{}})
	for i := 0; i < 6; i++ {
		go func() {
			c := &http.Client{Transport: &http.Transport{}}
			for {
				if resp, err := c.Get(url + "/a"); err == nil {
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				time.Sleep(20 * time.Millisecond)
			}
		}()
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
	runner.Run("TestLoad", TestLoad)
}
