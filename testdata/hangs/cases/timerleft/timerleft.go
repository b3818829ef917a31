// Package timerleft: a timer function that finds nothing to do returns with the lock held.
//
// hang: timerleft.TestNewAfterRemove chan-receive holder-blocked|no-sender|no-receiver|never-done|goroutine-leak|lock-order-cycle
// hang: timerleft.(*subCache).New mutex forgotten-unlock
package timerleft

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type subCache struct {
	mu     sync.Mutex
	timers map[string]*time.Timer
	conns  map[string]int
}

func newSubCache() *subCache {
	return &subCache{timers: map[string]*time.Timer{}, conns: map[string]int{}}
}

func (c *subCache) Remove(addr string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timers[addr] = time.AfterFunc(30*time.Millisecond, func() {
		c.mu.Lock()
		if _, ok := c.timers[addr]; !ok {
			return
		}
		delete(c.timers, addr)
		delete(c.conns, addr)
		c.mu.Unlock()
	})
}

func (c *subCache) New(addr string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.timers[addr]; ok {
		delete(c.timers, addr)
	}
	c.conns[addr]++
	return c.conns[addr]
}

func TestNewAfterRemove(t *runner.T) {
	c := newSubCache()
	c.New("a")
	c.Remove("a")
	c.New("a")
	time.Sleep(80 * time.Millisecond)
	got := make(chan int)
	go func() { got <- c.New("b") }()
	<-got
}

// Run runs it as a test.
func Run() {
	runner.Run("TestNewAfterRemove", TestNewAfterRemove)
}
