// Package slotleak: a semaphore of a channel: the error path keeps its slot; after two errors all requests stand.
//
// hang: slotleak.(*thumbnailer).render chan-send|semaphore pool-exhausted|no-receiver
package slotleak

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/hangs/runner"
)

type thumbnailer struct {
	slots chan struct{}
	done  int64
}

func (t *thumbnailer) render(name string) (int, error) {
	t.slots <- struct{}{}
	if len(name) == 0 {
		return 0, errors.New("no name")
	}
	n := len(name) * 2
	atomic.AddInt64(&t.done, 1)
	<-t.slots
	return n, nil
}

func (t *thumbnailer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := t.render(r.FormValue("name"))
	if err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	fmt.Fprintln(w, n)
}

func TestBadNames(t *runner.T) {
	th := &thumbnailer{slots: make(chan struct{}, 2)}
	mux := http.NewServeMux()
	mux.Handle("/thumb", th)
	l, url := listen()
	go http.Serve(l, mux)
	c := &http.Client{Timeout: 10 * time.Second}
	for _, name := range []string{"a", "", "b", ""} {
		if resp, err := c.Get(url + "/thumb?name=" + name); err == nil {
			resp.Body.Close()
		}
	}
	for i := 0; i < 5; i++ {
		go c.Get(url + "/thumb?name=x")
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
	runner.Run("TestBadNames", TestBadNames)
}
