// Package deferlock: "defer mu.Lock()" where Unlock was meant: whoever returns waits for itself.
//
// hang: deferlock.(*gate).pass mutex self-deadlock|forgotten-unlock x1
// hang: deferlock.(*gate).passed mutex self-deadlock|forgotten-unlock|holder-blocked x1
package deferlock

import (
	"sync"
	"time"
)

type gate struct {
	mu  sync.Mutex
	cnt int
}

func (g *gate) pass() {
	g.mu.Lock()
	defer g.mu.Lock()
	g.cnt++
}

func (g *gate) passed() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cnt
}

// Run lets one through.
func Run() {
	g := &gate{}
	go g.pass()
	time.Sleep(5 * time.Millisecond)
	go g.passed()
}
