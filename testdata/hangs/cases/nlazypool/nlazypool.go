// Package nlazypool: the first piece of work starts four workers; who brought it has ended, and later ones come by a page.
//
// healthy
package nlazypool

import (
	"fmt"
	"net/http"
	"sync"
)

type job struct {
	n    int
	done chan int
}

type pool struct {
	once sync.Once
	jobs chan job
}

func (p *pool) worker() {
	for j := range p.jobs {
		j.done <- j.n * 2
	}
}

func (p *pool) do(n int) int {
	p.once.Do(func() {
		p.jobs = make(chan job)
		for range 4 {
			go p.worker()
		}
	})
	j := job{n, make(chan int, 1)}
	p.jobs <- j
	return <-j.done
}

// Run does two pieces of work.
func Run() {
	p := new(pool)
	http.HandleFunc("/nlazypool", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, p.do(3)) })
	go func() {
		p.do(1)
		p.do(2)
	}()
}
