// Package computing: one goroutine computes for seconds under a lock, and another waits for its number on a channel, a
// third for the lock.
//
// healthy
package computing

import (
	"sync"
	"time"
)

type almanac struct {
	mu     sync.Mutex
	primes int
	found  chan int
}

func (a *almanac) compute(until time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 2
	for time.Now().Before(until) {
		for i := 0; i < 1000; i++ {
			if n%(i+2) == 0 {
				a.primes++
			}
		}
		n++
	}
	a.found <- n
}

func (a *almanac) read() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.primes
}

// Run computes for 12 s.
func Run() {
	a := &almanac{found: make(chan int, 1)}
	go a.compute(time.Now().Add(12 * time.Second))
	time.Sleep(10 * time.Millisecond)
	go a.read()
	<-a.found
}
