// Command rw-cache is read by twelve and written by one: readers wait for the
// writer and the writer waits for readers, for a moment each time.
package main

import (
	"sync"
	"time"

	"example.com/healthy/internal/live"
)

type cache struct {
	mu     sync.RWMutex
	values map[int]int
}

func (c *cache) get(key int) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	time.Sleep(time.Millisecond)
	return c.values[key]
}

func (c *cache) refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.values {
		c.values[key]++
	}
	time.Sleep(2 * time.Millisecond)
}

func main() {
	c := &cache{values: map[int]int{1: 1, 2: 2, 3: 3}}
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			c.refresh()
		}
	}()
	live.Serve()
	live.Work(12, func(i int) {
		c.get(i)
		live.Pause()
	})
	select {}
}
