// Package stopself: a heater's loop stops the heater when it is too hot; Stop waits for the loop to end.
//
// hang: stopself.(*Heater).Stop chan-receive self-deadlock|no-sender x1
package stopself

import "time"

// Heater heats until it is stopped.
type Heater struct {
	quit chan struct{}
	done chan struct{}
	heat int
}

// Start starts the loop.
func (h *Heater) Start() {
	h.quit, h.done = make(chan struct{}), make(chan struct{})
	go h.loop()
}

func (h *Heater) loop() {
	defer close(h.done)
	for {
		select {
		case <-h.quit:
			return
		case <-time.After(2 * time.Millisecond):
			if h.heat++; h.heat > 5 {
				h.Stop()
			}
		}
	}
}

// Stop stops it, and returns when it has.
func (h *Heater) Stop() {
	close(h.quit)
	<-h.done
}

// Run heats.
func Run() {
	h := &Heater{}
	h.Start()
}
