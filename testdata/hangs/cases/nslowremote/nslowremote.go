// Package nslowremote: handlers wait for a lock that one of them holds over a call of another server that takes
// seconds.
//
// healthy
package nslowremote

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type gateway struct {
	mu    sync.Mutex
	token string
	url   string
}

func (g *gateway) refresh() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	resp, err := http.Get(g.url)
	if err != nil {
		return ""
	}
	b, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	g.token = string(b)
	return g.token
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, g.refresh()) }

func TestGateway(t *runner.T) {
	al, aurl := listen()
	go http.Serve(al, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(1200 * time.Millisecond)
		fmt.Fprintln(w, "tok")
	}))
	l, url := listen()
	go http.Serve(l, &gateway{url: aurl})
	for i := 0; i < 3; i++ {
		go func() {
			for {
				if r, err := http.Get(url); err == nil {
					r.Body.Close()
				}
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
	runner.Run("TestGateway", TestGateway)
}
