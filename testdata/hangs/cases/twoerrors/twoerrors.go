// Package twoerrors: both halves of a copier report how they ended on a channel with room for one; one report is read.
//
// hang: twoerrors.(*copier).half chan-send no-receiver|goroutine-leak x1
package twoerrors

import (
	"errors"
	"time"
)

type copier struct {
	errs chan error
}

func (c *copier) half(name string, took time.Duration) {
	time.Sleep(took)
	c.errs <- errors.New(name)
}

func (c *copier) run() error {
	go c.half("reading", 3*time.Millisecond)
	go c.half("writing", 4*time.Millisecond)
	go c.half("checking", 30*time.Millisecond)
	return <-c.errs
}

// Run copies once.
func Run() {
	c := &copier{errs: make(chan error, 1)}
	c.run()
}
