// Command self-deadlock counts votes. The function that prints the result holds
// the mutex and calls another one that takes it, too. Go's mutexes are not
// reentrant: the goroutine waits for itself.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type poll struct {
	mu    sync.Mutex
	votes map[string]int
}

func (p *poll) vote(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.votes[name]++
}

// total was written for callers from outside, who do not hold the mutex.
func (p *poll) total() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := 0
	for _, votes := range p.votes {
		sum += votes
	}
	return sum
}

// share holds the mutex.
func (p *poll) share(name string) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	// The bug: total locks what share has locked two lines above.
	return float64(p.votes[name]) / float64(p.total())
}

func main() {
	p := &poll{votes: map[string]int{}}
	http.HandleFunc("/vote", func(w http.ResponseWriter, r *http.Request) { p.vote(r.FormValue("name")) })
	http.HandleFunc("/share", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%.0f %%\n", 100*p.share(r.FormValue("name")))
	})
	debug.Serve()
	debug.Call("/vote?name=ada")
	debug.Call("/vote?name=bob")
	debug.Visit("/share?name=ada", 1)
	debug.WaitFor("main.(*poll).total", 1)
	debug.Visit("/vote?name=bob", 4)
	select {}
}
