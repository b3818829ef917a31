// Package sendunderlock: the loop that receives wants the lock that the sender holds.
//
// hang: sendunderlock.(*balancer).watch rwmutex|mutex holder-blocked|lock-order-cycle|no-receiver
// hang: sendunderlock.(*balancer).Up chan-send no-receiver|lock-order-cycle|holder-blocked
// hang: sendunderlock.(*balancer).Pinned rwmutex|mutex holder-blocked
package sendunderlock

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type addr struct{ host string }

type balancer struct {
	mu     sync.RWMutex
	pinned string
	notify chan addr
	closed chan struct{}
}

func newBalancer() *balancer {
	b := &balancer{notify: make(chan addr), closed: make(chan struct{})}
	go b.watch()
	return b
}

func (b *balancer) watch() {
	for {
		select {
		case a := <-b.notify:
			b.mu.Lock()
			b.pinned = a.host
			b.mu.Unlock()
		case <-b.closed:
			return
		}
	}
}

func (b *balancer) Up(hosts ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range hosts {
		b.notify <- addr{h}
	}
}

func (b *balancer) Pinned() string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.pinned
}

func TestUpTwoHosts(t *runner.T) {
	b := newBalancer()
	go b.Up("a", "b")
	time.Sleep(30 * time.Millisecond)
	go func() {
		for {
			b.Pinned()
			time.Sleep(time.Millisecond)
		}
	}()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestUpTwoHosts", TestUpTwoHosts)
}
