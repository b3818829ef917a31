// Package retrylater: a courier waits for a retry whose time is an hour off, on a channel that a timer's function fills;
// its dispatcher waits for the courier.
//
// healthy
package retrylater

import (
	"sync"
	"time"
)

type courier struct {
	retry chan int
	done  sync.WaitGroup
}

func (c *courier) run() {
	defer c.done.Done()
	for attempt := range c.retry {
		if attempt == 3 {
			return
		}
		time.AfterFunc(time.Hour, func() { c.retry <- attempt + 1 })
	}
}

// Run tries once, and waits.
func Run() {
	c := &courier{retry: make(chan int)}
	c.done.Add(1)
	go c.run()
	c.retry <- 1
	c.done.Wait()
}
