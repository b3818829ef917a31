// Package heartbeat: a buoy beats on a timer that is stopped when its battery is low; whoever waits for the next beat
// without a limit waits for ever, and holds the chart meanwhile.
//
// hang: heartbeat.(*buoy).beat chan-receive no-sender x1
// hang: heartbeat.(*chart).draw mutex holder-blocked x2
package heartbeat

import (
	"sync"
	"time"
)

type buoy struct {
	timer   *time.Timer
	battery int
}

//go:noinline
func (b *buoy) beat() time.Time {
	b.battery--
	if b.battery == 0 {
		b.timer.Stop()
	} else {
		b.timer.Reset(3 * time.Millisecond)
	}
	return <-b.timer.C
}

type chart struct {
	mu   sync.Mutex
	buoy *buoy
	last time.Time
}

func (c *chart) update() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = c.buoy.beat()
}

func (c *chart) draw() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// Run has four beats' worth of battery.
func Run() {
	c := &chart{buoy: &buoy{timer: time.NewTimer(time.Hour), battery: 4}}
	go func() {
		for {
			c.update()
		}
	}()
	time.Sleep(40 * time.Millisecond)
	go c.draw()
	go c.draw()
}
