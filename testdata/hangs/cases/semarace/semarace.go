// Package semarace: dancers take the floor by a slot, and each pair one more for its second; all slots are in first hands.
//
// hang: semarace.(*floor).enter chan-send pool-exhausted|no-receiver|lock-order-cycle x3
package semarace

import "time"

type floor struct {
	slots chan bool
}

//go:noinline
func (f *floor) enter() { f.slots <- true }

func (f *floor) leave() { <-f.slots }

func (f *floor) pair() {
	f.enter()
	defer f.leave()
	time.Sleep(50 * time.Millisecond)
	f.enter()
	defer f.leave()
}

// Run has three pairs for three slots.
func Run() {
	f := &floor{slots: make(chan bool, 3)}
	for i := 0; i < 3; i++ {
		go f.pair()
	}
}
