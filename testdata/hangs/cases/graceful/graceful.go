// Package graceful: a canteen's GracefulStop returns with the lock where it is called twice; Serve and the next stop wait.
//
// hang: graceful.(*canteen).Serve mutex forgotten-unlock x1
// hang: graceful.(*canteen).GracefulStop mutex forgotten-unlock x1
package graceful

import (
	"sync"
	"time"
)

type canteen struct {
	mu      sync.Mutex
	stopped bool
	meals   chan int
	served  int
}

// Serve serves until it is stopped.
func (c *canteen) Serve() {
	for meal := range c.meals {
		c.mu.Lock()
		if c.stopped {
			c.mu.Unlock()
			return
		}
		c.served += meal
		c.mu.Unlock()
	}
}

// GracefulStop stops it, once.
func (c *canteen) GracefulStop() {
	c.mu.Lock()
	if c.stopped || c.served == 0 {
		return
	}
	c.stopped = true
	c.mu.Unlock()
}

// Run stops before anything was served.
func Run() {
	c := &canteen{meals: make(chan int, 1)}
	go c.Serve()
	c.GracefulStop()
	c.meals <- 1
	time.Sleep(5 * time.Millisecond)
	go c.GracefulStop()
}
