// Package rereader: a weather station is read under its read lock by a report that calls a getter which read-locks
// again; between the two a sensor came for the write lock.
//
// hang: rereader.(*station).wind rwmutex self-deadlock|lock-order-cycle x1
// hang: rereader.(*sensor).deliver rwmutex holder-blocked|lock-order-cycle|self-deadlock x1
package rereader

import (
	"fmt"
	"sync"
	"time"
)

type station struct {
	mu    sync.RWMutex
	knots float64
	name  string
}

type sensor struct {
	to *station
}

//go:noinline
func (s *station) wind() float64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.knots
}

func (s *station) report() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	time.Sleep(80 * time.Millisecond)
	return fmt.Sprintf("%s: %.1f", s.name, s.wind())
}

func (s *sensor) deliver(knots float64) {
	time.Sleep(30 * time.Millisecond)
	s.to.mu.Lock()
	s.to.knots = knots
	s.to.mu.Unlock()
}

// Run reports once while a value comes.
func Run() {
	s := &station{name: "Sylt"}
	probe := &sensor{to: s}
	go s.report()
	go probe.deliver(12)
}
