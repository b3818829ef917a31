// Package doublequit: close is called twice: the loop of the constructor's closure took the first quit and is gone.
//
// hang: doublequit.(*janitorCache).Close chan-send no-receiver|goroutine-leak
package doublequit

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type janitorCache struct {
	mu    sync.Mutex
	items map[string]int
	quit  chan struct{}
}

func newJanitorCache(every time.Duration) *janitorCache {
	c := &janitorCache{items: map[string]int{}, quit: make(chan struct{})}
	go func() {
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				c.mu.Lock()
				c.items = map[string]int{}
				c.mu.Unlock()
			case <-c.quit:
				return
			}
		}
	}()
	return c
}

func (c *janitorCache) Close() { c.quit <- struct{}{} }

func TestCloseTwice(t *runner.T) {
	c := newJanitorCache(10 * time.Millisecond)
	other := newJanitorCache(10 * time.Millisecond)
	c.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Close()
	}()
	select {
	case <-done:
	case <-time.After(50 * time.Millisecond):
		t.Fatalf("hangs")
	}
	time.Sleep(time.Hour)
	other.Close()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCloseTwice", TestCloseTwice)
}
