// Package wgunderlock: a census locks its list and waits for its counters, each of which needs the lock for its number.
//
// hang: wgunderlock.(*census).close waitgroup never-done|holder-blocked|lock-order-cycle x1
// hang: wgunderlock.(*census).count.func1 mutex holder-blocked|lock-order-cycle x3
package wgunderlock

import (
	"sync"
	"time"
)

type census struct {
	mu      sync.Mutex
	people  int
	working sync.WaitGroup
	closed  bool
}

func (c *census) count(street int) {
	c.working.Add(1)
	go func() {
		defer c.working.Done()
		time.Sleep(80 * time.Millisecond)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.people += street * 10
	}()
}

func (c *census) close() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.working.Wait()
	return c.people
}

// Run counts three streets.
func Run() {
	c := &census{}
	for street := 1; street <= 3; street++ {
		c.count(street)
	}
	go c.close()
}
