// Package pausedpump: a pump is paused by a message and waits for "go on"; whoever paused it got an error and returned.
//
// hang: pausedpump.(*pump).paused select|chan-receive no-sender x1
package pausedpump

import (
	"errors"
	"time"
)

type pump struct {
	pause, resume chan struct{}
	litres        int
}

func (p *pump) run() {
	for {
		select {
		case <-p.pause:
			p.paused()
		case <-time.After(time.Millisecond):
			p.litres++
		}
	}
}

//go:noinline
func (p *pump) paused() { <-p.resume }

func (p *pump) maintain(oil int) error {
	p.pause <- struct{}{}
	if oil == 0 {
		return errors.New("no oil")
	}
	p.resume <- struct{}{}
	return nil
}

// Run maintains without oil.
func Run() {
	p := &pump{pause: make(chan struct{}), resume: make(chan struct{})}
	go p.run()
	time.Sleep(5 * time.Millisecond)
	p.maintain(1)
	p.maintain(0)
}
