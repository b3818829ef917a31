// Package twinlock: two wells with the same code; one was left locked when its bucket was empty, the other gives water.
//
// hang: twinlock.(*well).draw mutex forgotten-unlock x2
package twinlock

import (
	"sync"
	"time"
)

type well struct {
	mu    sync.Mutex
	water int
}

func (w *well) draw() bool {
	w.mu.Lock()
	if w.water == 0 {
		return false
	}
	time.Sleep(200 * time.Microsecond)
	w.water--
	w.mu.Unlock()
	return true
}

func (w *well) village() {
	for w.draw() {
		time.Sleep(2 * time.Millisecond)
	}
}

// Run lets the small well run dry.
func Run() {
	full, small := &well{water: 1 << 40}, &well{water: 5}
	for i := 0; i < 3; i++ {
		go full.village()
		go small.village()
	}
}
