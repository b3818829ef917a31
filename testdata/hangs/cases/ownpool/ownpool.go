// Package ownpool: a bicycle hire takes bikes from a channel; a bike with a flat tyre is not put back.
//
// hang: ownpool.(*hire).take chan-receive pool-exhausted|no-sender x3
package ownpool

import "time"

type bike struct {
	number int
	flat   bool
}

type hire struct {
	bikes chan *bike
}

//go:noinline
func (h *hire) take() *bike { return <-h.bikes }

func (h *hire) tour(km int) {
	b := h.take()
	time.Sleep(time.Duration(km) * time.Microsecond)
	b.flat = km > 50
	if b.flat {
		return
	}
	h.bikes <- b
}

// Run tours until there are no bikes.
func Run() {
	h := &hire{bikes: make(chan *bike, 2)}
	h.bikes <- &bike{number: 1}
	h.bikes <- &bike{number: 2}
	h.tour(10)
	h.tour(60)
	h.tour(70)
	for i := 0; i < 3; i++ {
		go h.tour(20)
	}
}
