// Package onlyone: three divers wait for the boat's Cond, and it calls one of them where it should call all.
//
// hang: onlyone.(*boat).dive cond lost-signal x2
package onlyone

import (
	"sync"
	"time"
)

type boat struct {
	cond   sync.Cond
	anchor bool
	dives  int
}

func (b *boat) dive() {
	b.cond.L.Lock()
	for !b.anchor {
		b.cond.Wait()
	}
	b.dives++
	b.cond.L.Unlock()
}

func (b *boat) dropAnchor() {
	b.cond.L.Lock()
	b.anchor = true
	b.cond.L.Unlock()
	b.cond.Signal()
}

// Run lets three wait.
func Run() {
	b := &boat{cond: sync.Cond{L: &sync.Mutex{}}}
	for i := 0; i < 3; i++ {
		go b.dive()
	}
	time.Sleep(20 * time.Millisecond)
	b.dropAnchor()
}
