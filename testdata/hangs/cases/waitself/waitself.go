// Package waitself: the last of a relay's runners waits for all runners to be done, and is one of them.
//
// hang: waitself.(*relay).finish waitgroup never-done|self-deadlock x1
package waitself

import "sync"

type relay struct {
	running sync.WaitGroup
	metres  [4]int
}

func (r *relay) leg(i int) {
	defer r.running.Done()
	r.metres[i] = 100
	if i == 3 {
		r.finish()
	}
}

//go:noinline
func (r *relay) finish() { r.running.Wait() }

// Run runs four legs.
func Run() {
	r := &relay{}
	r.running.Add(4)
	for i := 0; i < 4; i++ {
		go r.leg(i)
	}
}
