// Package rwstarved: an aquarium is fed under the read lock; a feeder that finds no food leaves with it. The cleaner waits
// for ever, and with it every fish watcher who comes later, while the tank beside it is watched all the time.
//
// hang: rwstarved.(*tank).clean rwmutex forgotten-unlock x1
// hang: rwstarved.(*tank).watch rwmutex forgotten-unlock|holder-blocked x2
package rwstarved

import (
	"sync"
	"time"
)

type tank struct {
	mu   sync.RWMutex
	food int
	fish int
}

func (t *tank) feed() {
	t.mu.RLock()
	if t.food == 0 {
		return
	}
	time.Sleep(time.Millisecond)
	t.mu.RUnlock()
}

func (t *tank) watch() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.fish
}

func (t *tank) watchers() {
	for {
		t.watch()
		time.Sleep(2 * time.Millisecond)
	}
}

func (t *tank) clean() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fish++
}

// Run watches two tanks, and cleans both.
func Run() {
	good, bad := &tank{food: 9, fish: 4}, &tank{fish: 2}
	for _, t := range []*tank{good, bad} {
		go t.watchers()
		go t.watchers()
		go t.feed()
	}
	time.Sleep(10 * time.Millisecond)
	go good.clean()
	go bad.clean()
}
