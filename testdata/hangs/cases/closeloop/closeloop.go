// Package closeloop: a mill's Close waits under the lock for the mill's loop, which wants the lock for its last sack.
//
// hang: closeloop.(*mill).Close chan-receive holder-blocked|lock-order-cycle|no-sender x1
// hang: closeloop.(*mill).grind mutex holder-blocked|lock-order-cycle x1
package closeloop

import (
	"sync"
	"time"
)

type mill struct {
	mu      sync.Mutex
	sacks   int
	closing chan struct{}
	closed  chan struct{}
}

func (m *mill) loop() {
	defer close(m.closed)
	for {
		m.grind()
		select {
		case <-m.closing:
			m.grind()
			return
		case <-time.After(time.Millisecond):
		}
	}
}

func (m *mill) grind() {
	time.Sleep(5 * time.Millisecond)
	m.mu.Lock()
	m.sacks++
	m.mu.Unlock()
}

// Close stops it.
func (m *mill) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.closing)
	<-m.closed
}

// Run grinds for a while.
func Run() {
	m := &mill{closing: make(chan struct{}), closed: make(chan struct{})}
	go m.loop()
	time.Sleep(28 * time.Millisecond)
	go m.Close()
}
