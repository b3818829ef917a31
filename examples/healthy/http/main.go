// Command http is the usual server: a map behind a mutex, ten clients that ask
// it over connections they keep. At rest the connections stay open, idle at both ends.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/healthy/internal/live"
)

type counters struct {
	mu sync.Mutex
	of map[string]int
}

func (c *counters) add(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[name]++
	return c.of[name]
}

func main() {
	c := &counters{of: map[string]int{}}
	http.HandleFunc("/add", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, c.add(r.FormValue("name")))
	})
	address := live.Serve()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 10}}
	live.Work(10, func(worker int) {
		live.Get(client, fmt.Sprintf("http://%s/add?name=%d", address, worker%3))
		live.Pause()
	})
	select {}
}
