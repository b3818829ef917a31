// Package timerdrain: an egg timer is set anew; what it had sent was received already, so that draining waits for ever.
//
// hang: timerdrain.(*egg).again chan-receive no-sender x1
package timerdrain

import "time"

type egg struct {
	timer *time.Timer
}

func (e *egg) again(d time.Duration) {
	if !e.timer.Stop() {
		<-e.timer.C
	}
	e.timer.Reset(d)
}

func (e *egg) cook() {
	<-e.timer.C
	e.again(5 * time.Millisecond)
	<-e.timer.C
}

// Run cooks one egg.
func Run() {
	e := &egg{timer: time.NewTimer(3 * time.Millisecond)}
	go e.cook()
}
