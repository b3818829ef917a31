// Package abbanames: a garden and its shed; watering goes from the garden to the shed through two functions, sweeping the
// other way round.
//
// hang: abbanames.(*shed).take mutex lock-order-cycle x1
// hang: abbanames.(*shed).sweep mutex lock-order-cycle x1
package abbanames

import (
	"sync"
	"time"
)

type garden struct {
	mu   sync.Mutex
	dry  bool
	shed *shed
}

type shed struct {
	mu     sync.Mutex
	cans   int
	garden *garden
}

func (g *garden) water() {
	g.mu.Lock()
	defer g.mu.Unlock()
	time.Sleep(60 * time.Millisecond)
	if g.dry {
		g.shed.take()
	}
}

//go:noinline
func (s *shed) take() {
	s.mu.Lock()
	s.cans--
	s.mu.Unlock()
}

func (s *shed) sweep() {
	s.mu.Lock()
	time.Sleep(60 * time.Millisecond)
	s.garden.mu.Lock()
	s.garden.dry = false
	s.garden.mu.Unlock()
	s.mu.Unlock()
}

// Run waters and sweeps.
func Run() {
	g := &garden{dry: true, shed: &shed{cans: 3}}
	g.shed.garden = g
	go g.water()
	go g.shed.sweep()
}
