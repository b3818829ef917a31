// Package copylocked: a snapshot of a thermostat is a copy of its struct, with the mutex as it is: locked.
//
// hang: copylocked.(*thermostat).read mutex forgotten-unlock|self-deadlock|unknown x1
package copylocked

import "sync"

type thermostat struct {
	mu      sync.Mutex
	degrees float64
	history []float64
}

func (t *thermostat) snapshot() *thermostat {
	t.mu.Lock()
	defer t.mu.Unlock()
	copied := &thermostat{}
	*copied = *t
	return copied
}

//go:noinline
func (t *thermostat) read() float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.degrees
}

// Run reads the copy.
func Run() {
	t := &thermostat{degrees: 21}
	t.read()
	go func() {
		_ = t.snapshot().read() > 20
	}()
}
