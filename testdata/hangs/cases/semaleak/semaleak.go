// Package semaleak: a cinema with two projectors; who breaks a film keeps his projector.
//
// hang: semaleak.(*cinema).show chan-send pool-exhausted x2
package semaleak

import (
	"errors"
	"time"
)

type cinema struct {
	projectors chan struct{}
}

var errTorn = errors.New("torn")

func (c *cinema) show(minutes int) error {
	c.projectors <- struct{}{}
	if minutes > 200 {
		return errTorn
	}
	time.Sleep(time.Duration(minutes) * time.Microsecond)
	<-c.projectors
	return nil
}

// Run shows two long films first.
func Run() {
	c := &cinema{projectors: make(chan struct{}, 2)}
	for _, minutes := range []int{90, 240, 250} {
		c.show(minutes)
	}
	go c.show(90)
	go c.show(100)
}
