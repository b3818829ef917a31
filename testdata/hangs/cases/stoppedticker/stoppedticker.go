// Package stoppedticker: the loop waits for a ticker that another goroutine has stopped, outside of the select with
// its stop channel.
//
// hang: stoppedticker.(*collector).run chan-receive no-sender|goroutine-leak|holder-blocked|no-receiver|never-done|lock-order-cycle
package stoppedticker

import (
	"time"

	"example.com/hangs/runner"
)

type collector struct {
	tick *time.Ticker
	stop chan struct{}
	n    int
}

func newCollector() *collector {
	c := &collector{tick: time.NewTicker(3 * time.Millisecond), stop: make(chan struct{}, 1)}
	go c.run()
	return c
}

func (c *collector) run() {
	for {
		<-c.tick.C
		select {
		case <-c.stop:
			return
		default:
			c.n++
		}
	}
}

func (c *collector) Stop() {
	c.tick.Stop()
	time.Sleep(10 * time.Millisecond)
	c.stop <- struct{}{}
}

func TestStop(t *runner.T) {
	c := newCollector()
	time.Sleep(20 * time.Millisecond)
	c.Stop()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestStop", TestStop)
}
