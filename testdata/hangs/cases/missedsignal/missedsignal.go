// Package missedsignal: the ferry signals that it has landed before the passenger waits for it, and the passenger looks
// at nothing but the signal.
//
// hang: missedsignal.(*pier).board cond lost-signal x1
package missedsignal

import (
	"sync"
	"time"
)

type pier struct {
	mu     sync.Mutex
	landed *sync.Cond
}

func newPier() *pier {
	p := &pier{}
	p.landed = sync.NewCond(&p.mu)
	return p
}

func (p *pier) land() {
	p.mu.Lock()
	p.landed.Signal()
	p.mu.Unlock()
}

func (p *pier) board() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.landed.Wait()
}

// Run lands first.
func Run() {
	p := newPier()
	go p.land()
	time.Sleep(15 * time.Millisecond)
	go p.board()
}
