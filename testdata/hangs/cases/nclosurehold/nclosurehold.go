// Package nclosurehold: a model is trained for nine seconds with its lock held, in a helper; closures want the lock.
//
// healthy
package nclosurehold

import (
	"sync"
	"time"
)

type model struct {
	mu     sync.Mutex
	weight float64
}

func (m *model) train(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	epoch(d)
	m.weight++
}

func epoch(d time.Duration) { time.Sleep(d) }

func setup() {
	m := new(model)
	go m.train(9 * time.Second)
	time.Sleep(5 * time.Millisecond)
	for range 2 {
		go func() {
			m.mu.Lock()
			m.weight *= 2
			m.mu.Unlock()
		}()
	}
	go func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.weight = 0
	}()
}

// Run trains one.
func Run() { go setup() }
