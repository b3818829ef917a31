// Package hsem: a semaphore of a channel at its limit, moving; handlers of 60 ms.
//
// healthy
package hsem

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"example.com/hangs/runner"
)

type limiter struct{ slots chan struct{} }

func (l *limiter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	time.Sleep(60 * time.Millisecond)
	fmt.Fprintln(w, "ok")
}

func TestLimit(t *runner.T) {
	l, url := listen()
	go http.Serve(l, &limiter{make(chan struct{}, 3)})
	for i := 0; i < 12; i++ {
		go func() {
			for {
				if resp, err := http.Get(url); err == nil {
					resp.Body.Close()
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
	runner.Run("TestLimit", TestLimit)
}
