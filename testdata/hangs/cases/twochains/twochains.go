// Package twochains: a gardener keeps the gate locked and waits for the key on a channel; the key's keeper stands at the
// gate, and behind him a visitor at the keeper's own lock.
//
// hang: twochains.(*gate).open chan-receive no-sender|holder-blocked|lock-order-cycle x1
// hang: twochains.(*gate).pass mutex holder-blocked|lock-order-cycle x1
// hang: twochains.(*keeper).greet mutex holder-blocked x1
package twochains

import (
	"sync"
	"time"
)

type gate struct {
	mu  sync.Mutex
	key chan int
}

func (g *gate) open() {
	g.mu.Lock()
	<-g.key
	g.mu.Unlock()
}

//go:noinline
func (g *gate) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
}

type keeper struct {
	mu     sync.Mutex
	gate   *gate
	guests int
}

func (k *keeper) bring() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gate.pass()
	k.gate.key <- 1
}

func (k *keeper) greet() {
	k.mu.Lock()
	k.guests++
	k.mu.Unlock()
}

// Run opens, brings the key, and greets.
func Run() {
	g := &gate{key: make(chan int)}
	k := &keeper{gate: g}
	go g.open()
	time.Sleep(5 * time.Millisecond)
	go k.bring()
	time.Sleep(5 * time.Millisecond)
	go k.greet()
}
