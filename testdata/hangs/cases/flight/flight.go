// Package flight: of many who ask for a star's position one computes it, the others wait for the first's channel. The
// first fails, and closes nothing.
//
// hang: flight.(*observatory).position chan-receive no-sender x3
package flight

import (
	"errors"
	"sync"
	"time"
)

type call struct {
	done  chan struct{}
	value float64
}

type observatory struct {
	mu    sync.Mutex
	calls map[string]*call
}

func (o *observatory) position(star string) (float64, error) {
	o.mu.Lock()
	if c, ok := o.calls[star]; ok {
		o.mu.Unlock()
		<-c.done
		return c.value, nil
	}
	c := &call{done: make(chan struct{})}
	o.calls[star] = c
	o.mu.Unlock()
	time.Sleep(10 * time.Millisecond)
	if star == "Algol" {
		return 0, errors.New("cloudy")
	}
	c.value = 47.2
	close(c.done)
	return c.value, nil
}

// Run asks four times for two stars.
func Run() {
	o := &observatory{calls: map[string]*call{}}
	for i := 0; i < 4; i++ {
		go o.position("Vega")
		go o.position("Algol")
	}
}
