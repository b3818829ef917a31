// Package threeway: a kitchen, a cellar and a till, each of which locks itself and asks the next.
//
// hang: threeway.(*cellar).stock mutex lock-order-cycle x1
// hang: threeway.(*till).balance mutex lock-order-cycle x1
// hang: threeway.(*kitchen).busy mutex lock-order-cycle x1
package threeway

import (
	"sync"
	"time"
)

type kitchen struct {
	mu     sync.Mutex
	cooks  int
	cellar *cellar
}

type cellar struct {
	mu      sync.Mutex
	bottles int
	till    *till
}

type till struct {
	mu      sync.Mutex
	cents   int
	kitchen *kitchen
}

func (k *kitchen) order() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	time.Sleep(60 * time.Millisecond)
	return k.cooks + k.cellar.stock()
}

//go:noinline
func (k *kitchen) busy() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.cooks == 0
}

func (c *cellar) buy(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	time.Sleep(60 * time.Millisecond)
	if c.till.balance() > 0 {
		c.bottles += n
	}
}

//go:noinline
func (c *cellar) stock() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bottles
}

func (t *till) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	time.Sleep(60 * time.Millisecond)
	if !t.kitchen.busy() {
		t.cents = 0
	}
}

//go:noinline
func (t *till) balance() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cents
}

// Run starts all three at once.
func Run() {
	k := &kitchen{cooks: 2}
	c := &cellar{bottles: 40}
	t := &till{cents: 1200}
	k.cellar, c.till, t.kitchen = c, t, k
	go k.order()
	go c.buy(6)
	go t.close()
}
