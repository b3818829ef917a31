// Package tickerstop: a gardener waters at each tick; stopping the ticker closes no channel, so the gardener stays.
//
// hang: tickerstop.(*gardener).water chan-receive no-sender x1
package tickerstop

import "time"

type gardener struct {
	ticks *time.Ticker
	cans  int
}

func (g *gardener) water() {
	for range g.ticks.C {
		g.cans++
	}
}

// Run waters for a while.
func Run() {
	g := &gardener{ticks: time.NewTicker(3 * time.Millisecond)}
	go g.water()
	time.Sleep(15 * time.Millisecond)
	g.ticks.Stop()
}
