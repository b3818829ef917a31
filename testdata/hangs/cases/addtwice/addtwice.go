// Package addtwice: a handler waits for its fan-out; one branch adds a second time and is done once. Other paths are
// served.
//
// hang: addtwice.(*fan).ServeHTTP waitgroup never-done
package addtwice

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type fan struct{ retries int }

func (f *fan) call(wg *sync.WaitGroup, host string) {
	defer wg.Done()
	if host == "down" {
		wg.Add(1)
		go f.retry(host)
		return
	}
}

func (f *fan) retry(host string) { f.retries++ }

func (f *fan) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var wg sync.WaitGroup
	for _, h := range strings.Split(r.FormValue("hosts"), ",") {
		wg.Add(1)
		go f.call(&wg, h)
	}
	wg.Wait()
}

func TestFan(t *runner.T) {
	l, url := listen()
	go http.Serve(l, &fan{})
	c := &http.Client{Timeout: 8 * time.Second}
	go c.Get(url + "/?hosts=a,down")
	for {
		if r, err := c.Get(url + "/?hosts=a,b"); err == nil {
			r.Body.Close()
		}
		time.Sleep(40 * time.Millisecond)
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
	runner.Run("TestFan", TestFan)
}
