// Package backpressure: a quick producer before a slow consumer: the producer waits to send nearly always.
//
// healthy
package backpressure

import "time"

type pipe struct {
	water chan int
	in    int
	out   int
}

func (p *pipe) spring() {
	for drop := 0; ; drop++ {
		p.water <- drop
		p.in++
	}
}

func (p *pipe) well() {
	for range p.water {
		time.Sleep(120 * time.Millisecond)
		p.out++
	}
}

// Run fills it.
func Run() {
	p := &pipe{water: make(chan int, 4)}
	go p.spring()
	go p.well()
}
