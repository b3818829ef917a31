// Package sleeper: a clerk sleeps for an hour under his lock, and nobody else wants it; another waits for a timer of a day.
//
// healthy
package sleeper

import (
	"sync"
	"time"
)

type clerk struct {
	mu   sync.Mutex
	days int
}

func (c *clerk) nap() {
	c.mu.Lock()
	defer c.mu.Unlock()
	time.Sleep(time.Hour)
}

func (c *clerk) tomorrow(cancel chan struct{}) {
	select {
	case <-time.After(24 * time.Hour):
		c.days++
	case <-cancel:
	}
}

// Run lets them rest.
func Run() {
	c := &clerk{}
	go c.nap()
	go c.tomorrow(make(chan struct{}))
}
