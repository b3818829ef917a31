// Package lockedsleep: a guard holds the door's lock in a select {} of a debug switch that somebody left on.
//
// hang: lockedsleep.(*door).enter mutex holder-blocked x2
// also: lockedsleep.(*door).guard
package lockedsleep

import (
	"sync"
	"time"
)

type door struct {
	mu    sync.Mutex
	debug bool
	knock int
}

func (d *door) guard() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.debug {
		select {}
	}
}

func (d *door) enter() {
	d.mu.Lock()
	d.knock++
	d.mu.Unlock()
}

// Run guards, and lets two enter.
func Run() {
	d := &door{debug: true}
	go d.guard()
	time.Sleep(30 * time.Millisecond)
	go d.enter()
	go d.enter()
}
