// Package nslowslots: all slots of a channel semaphore are with sleepers of some seconds; others wait for one.
//
// healthy
package nslowslots

import (
	"fmt"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type crawler struct {
	slots chan struct{}
	wg    sync.WaitGroup
}

func (c *crawler) visit(url string) {
	defer c.wg.Done()
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	c.download(url)
}

func (c *crawler) download(url string) { time.Sleep(6 * time.Second) }

func TestVisit(t *runner.T) {
	c := &crawler{slots: make(chan struct{}, 2)}
	for i := 0; i < 6; i++ {
		c.wg.Add(1)
		go c.visit(fmt.Sprint(i))
	}
	c.wg.Wait()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestVisit", TestVisit)
}
