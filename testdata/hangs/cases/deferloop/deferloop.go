// Package deferloop: a flock's sheep are counted pen by pen, with a deferred Unlock in the loop: it unlocks at the
// function's end, and two sheep of the same pen are one lock too many.
//
// hang: deferloop.(*flock).count mutex self-deadlock|forgotten-unlock x1
// hang: deferloop.(*pen).add mutex self-deadlock|forgotten-unlock|holder-blocked x1
package deferloop

import (
	"sync"
	"time"
)

type pen struct {
	mu    sync.Mutex
	sheep int
}

type flock struct {
	pens []*pen
}

func (f *flock) count(order []int) (sum int) {
	for _, i := range order {
		p := f.pens[i]
		p.mu.Lock()
		defer p.mu.Unlock()
		sum += p.sheep
	}
	return sum
}

func (p *pen) add() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sheep++
}

// Run counts the second pen twice.
func Run() {
	f := &flock{pens: []*pen{{}, {sheep: 3}, {}}}
	go f.count([]int{0, 1, 2, 1})
	time.Sleep(10 * time.Millisecond)
	go f.pens[1].add()
}
