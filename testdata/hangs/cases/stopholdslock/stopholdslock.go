// Package stopholdslock: stop waits for the loop's end with the lock that the loop wants at its next tick.
//
// hang: stopholdslock.(*kubeProxy).Stop chan-receive no-sender|lock-order-cycle|holder-blocked
// hang: stopholdslock.(*kubeProxy).syncRules mutex holder-blocked|lock-order-cycle
package stopholdslock

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type kubeProxy struct {
	mu    sync.Mutex
	stopc chan struct{}
	donec chan struct{}
	syncs int
}

func (p *kubeProxy) Run() {
	p.stopc, p.donec = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.donec)
		t := time.NewTicker(4 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				p.syncRules()
			case <-p.stopc:
				return
			}
		}
	}()
}

func (p *kubeProxy) syncRules() {
	p.mu.Lock()
	p.syncs++
	p.mu.Unlock()
}

func (p *kubeProxy) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
	close(p.stopc)
	<-p.donec
}

func TestStop(t *runner.T) {
	p := &kubeProxy{}
	p.Run()
	time.Sleep(20 * time.Millisecond)
	p.Stop()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestStop", TestStop)
}
