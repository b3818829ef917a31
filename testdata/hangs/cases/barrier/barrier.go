// Package barrier: rowers start when all eight are there; one was told of a seven.
//
// hang: barrier.(*start).ready cond lost-signal|never-done x2
package barrier

import "sync"

type start struct {
	mu      sync.Mutex
	all     *sync.Cond
	missing int
}

func (s *start) ready() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missing--
	if s.missing == 0 {
		s.all.Broadcast()
	}
	for s.missing > 0 {
		s.all.Wait()
	}
}

// Run lacks one rower.
func Run() {
	s := &start{missing: 3}
	s.all = sync.NewCond(&s.mu)
	for i := 0; i < 2; i++ {
		go s.ready()
	}
}
