// Package twincond: two counters in a bank with the same code; the clerk of one has gone home without calling.
//
// hang: twincond.(*counter).wait cond lost-signal x1
package twincond

import (
	"sync"
	"time"
)

type counter struct {
	mu    sync.Mutex
	next  *sync.Cond
	calls int
}

func newCounter() *counter {
	c := &counter{}
	c.next = sync.NewCond(&c.mu)
	return c
}

//go:noinline
func (c *counter) wait() {
	c.mu.Lock()
	for c.calls == 0 {
		c.next.Wait()
	}
	c.calls--
	c.mu.Unlock()
}

func (c *counter) customer() {
	for {
		c.wait()
	}
}

func (c *counter) clerk(calls int) {
	for i := 0; i != calls; i++ {
		time.Sleep(5 * time.Millisecond)
		c.mu.Lock()
		c.calls++
		c.mu.Unlock()
		c.next.Signal()
	}
}

// Run opens two.
func Run() {
	for _, calls := range []int{-1, 4} {
		c := newCounter()
		go c.customer()
		go c.clerk(calls)
	}
}
