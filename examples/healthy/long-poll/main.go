// Command long-poll has thirty clients who wait for news, up to a minute each.
// Their handlers do nothing for as long as there are none; that is the service.
package main

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"example.com/healthy/internal/live"
)

type news struct {
	mu      sync.Mutex
	number  int
	changed chan struct{} // closed at the next piece
}

func (n *news) publish() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.number++
	close(n.changed)
	n.changed = make(chan struct{})
}

func (n *news) next() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.changed
}

func (n *news) poll(w http.ResponseWriter, r *http.Request) {
	select {
	case <-n.next():
		fmt.Fprintln(w, "there are news")
	case <-time.After(time.Minute):
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
	}
}

func main() {
	n := &news{changed: make(chan struct{})}
	http.HandleFunc("/poll", n.poll)
	address := live.Serve()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 30}}
	for i := 0; i < 30; i++ {
		go func() {
			for {
				live.Get(client, "http://"+address+"/poll")
			}
		}()
	}
	live.Work(1, func(int) {
		n.publish()
		time.Sleep(300 * time.Millisecond)
	})
	select {}
}
