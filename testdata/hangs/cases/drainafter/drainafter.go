// Package drainafter: a conveyor's Stop waits for its loop to drain the queue, and the loop waits for the queue to be
// closed, which Stop does after the wait.
//
// hang: drainafter.(*conveyor).Stop waitgroup never-done|holder-blocked|lock-order-cycle x1
// hang: drainafter.(*conveyor).loop chan-receive no-sender x1
package drainafter

import (
	"sync"
	"time"
)

type conveyor struct {
	boxes   chan int
	running sync.WaitGroup
	moved   int
}

func (c *conveyor) loop() {
	defer c.running.Done()
	for box := range c.boxes {
		c.moved += box
	}
}

// Stop stops it, in the wrong order.
func (c *conveyor) Stop() {
	c.running.Wait()
	close(c.boxes)
}

// Run moves three boxes.
func Run() {
	c := &conveyor{boxes: make(chan int, 1)}
	c.running.Add(1)
	go c.loop()
	for box := 0; box < 3; box++ {
		c.boxes <- box
	}
	time.Sleep(5 * time.Millisecond)
	go c.Stop()
}
