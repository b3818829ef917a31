// Package upgradelock: two goroutines hold the read lock and want to upgrade.
//
// hang: upgradelock.(*tsCache).expandLocked rwmutex self-deadlock|lock-order-cycle
package upgradelock

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type tsCache struct {
	sync.RWMutex
	low  int
	vals map[int]int
}

func (c *tsCache) expandLocked(k int) {
	c.Lock()
	c.vals[k] = c.low
	c.Unlock()
}

func (c *tsCache) GetMax(k int, b chan struct{}) int {
	c.RLock()
	defer c.RUnlock()
	<-b
	v, ok := c.vals[k]
	if !ok {
		c.expandLocked(k)
	}
	return v
}

func TestGetMaxConcurrent(t *runner.T) {
	c := &tsCache{vals: map[int]int{}}
	b := make(chan struct{})
	for i := 0; i < 2; i++ {
		i := i
		go c.GetMax(i, b)
	}
	time.Sleep(20 * time.Millisecond)
	close(b)
	time.Sleep(50 * time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestGetMaxConcurrent", TestGetMaxConcurrent)
}
