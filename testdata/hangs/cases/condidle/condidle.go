// Package condidle: consumers wait at a Cond for orders that come twice a second, and one of them for a closing that
// a timer brings in an hour.
//
// healthy
package condidle

import (
	"sync"
	"time"
)

type kitchen struct {
	mu     sync.Mutex
	change *sync.Cond
	orders []int
	closed bool
}

func (k *kitchen) cook() {
	for {
		k.mu.Lock()
		for len(k.orders) == 0 && !k.closed {
			k.change.Wait()
		}
		if k.closed {
			k.mu.Unlock()
			return
		}
		k.orders = k.orders[1:]
		k.mu.Unlock()
	}
}

func (k *kitchen) order(n int) {
	k.mu.Lock()
	k.orders = append(k.orders, n)
	k.mu.Unlock()
	k.change.Signal()
}

func (k *kitchen) close() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.change.Broadcast()
}

// Run has three cooks.
func Run() {
	k := &kitchen{}
	k.change = sync.NewCond(&k.mu)
	for i := 0; i < 3; i++ {
		go k.cook()
	}
	time.AfterFunc(time.Hour, k.close)
	for n := 0; ; n++ {
		time.Sleep(500 * time.Millisecond)
		k.order(n)
	}
}
