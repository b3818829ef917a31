// Package nestedread: read locks of two parks' maps in both orders, with a gardener who wants to write each in between:
// a circle through four goroutines.
//
// hang: nestedread.(*park).distance rwmutex lock-order-cycle|holder-blocked x2
// hang: nestedread.(*park).plant rwmutex lock-order-cycle|holder-blocked x2
package nestedread

import (
	"sync"
	"time"
)

type park struct {
	mu    sync.RWMutex
	trees int
}

func (p *park) distance(to *park) int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	time.Sleep(80 * time.Millisecond)
	to.mu.RLock()
	defer to.mu.RUnlock()
	return p.trees - to.trees
}

func (p *park) plant() {
	time.Sleep(30 * time.Millisecond)
	p.mu.Lock()
	p.trees++
	p.mu.Unlock()
}

// Run measures both ways, and plants in both.
func Run() {
	north, south := &park{}, &park{}
	go north.distance(south)
	go south.distance(north)
	go north.plant()
	go south.plant()
}
