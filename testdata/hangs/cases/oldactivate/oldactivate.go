// Package oldactivate: a state is set back without a broadcast, and all who wait for it sleep.
//
// hang: oldactivate.(*driver).await cond|semaphore lost-signal
package oldactivate

import (
	"sync"

	"example.com/hangs/runner"
)

type driver struct {
	mu     sync.Mutex
	cond   *sync.Cond
	ready  bool
	closed bool
}

func newDriver() *driver {
	d := &driver{}
	d.cond = sync.NewCond(&d.mu)
	return d
}

func (d *driver) setReady(v bool) {
	d.mu.Lock()
	d.ready = v
	if v {
		d.cond.Broadcast()
	}
	d.mu.Unlock()
}

func (d *driver) await() {
	d.mu.Lock()
	for !d.ready {
		d.cond.Wait()
	}
	d.mu.Unlock()
}

func TestAwait(t *runner.T) {
	d := newDriver()
	d.setReady(true)
	d.await()
	d.setReady(false)
	go d.await()
	go d.await()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestAwait", TestAwait)
}
