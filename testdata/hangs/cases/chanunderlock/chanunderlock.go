// Package chanunderlock: a post office hands a parcel to its carrier while it has the lock; the carrier first wants to
// note its tour, under the same lock.
//
// hang: chanunderlock.(*office).hand chan-send holder-blocked|lock-order-cycle|no-receiver x1
// hang: chanunderlock.(*carrier).note mutex holder-blocked|lock-order-cycle x1
package chanunderlock

import (
	"sync"
	"time"
)

type parcel struct{ to string }

type office struct {
	mu    sync.Mutex
	out   chan parcel
	tours int
}

type carrier struct {
	office *office
}

func (o *office) hand(p parcel) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tours++
	o.out <- p
}

//go:noinline
func (c *carrier) note() {
	c.office.mu.Lock()
	c.office.tours--
	c.office.mu.Unlock()
}

func (c *carrier) walk() {
	for range c.office.out {
		time.Sleep(4 * time.Millisecond)
		c.note()
	}
}

// Run hands out two parcels, one right behind the other.
func Run() {
	o := &office{out: make(chan parcel)}
	c := &carrier{office: o}
	go c.walk()
	go func() {
		for _, to := range []string{"Kiel", "Ulm"} {
			o.hand(parcel{to})
		}
	}()
}
