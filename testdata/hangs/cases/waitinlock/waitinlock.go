// Package waitinlock: a Cond's user holds a second lock while it waits; whoever would signal needs that one.
//
// hang: waitinlock.(*bridge).cross cond lost-signal|holder-blocked|lock-order-cycle x1
// hang: waitinlock.(*bridge).lower mutex holder-blocked|lock-order-cycle x1
package waitinlock

import (
	"sync"
	"time"
)

type bridge struct {
	traffic sync.Mutex
	state   sync.Mutex
	moved   *sync.Cond
	up      bool
}

func (b *bridge) cross() {
	b.traffic.Lock()
	defer b.traffic.Unlock()
	b.state.Lock()
	defer b.state.Unlock()
	for b.up {
		b.moved.Wait()
	}
}

func (b *bridge) lower() {
	b.traffic.Lock()
	defer b.traffic.Unlock()
	b.state.Lock()
	b.up = false
	b.state.Unlock()
	b.moved.Broadcast()
}

// Run crosses before it is lowered.
func Run() {
	b := &bridge{up: true}
	b.moved = sync.NewCond(&b.state)
	go b.cross()
	time.Sleep(30 * time.Millisecond)
	go b.lower()
}
