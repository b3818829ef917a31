// Package niloff: a loop that switches a case of its select off by a nil channel while its buffer is full, and on again.
//
// healthy
package niloff

import "time"

type buffer struct {
	in, out chan int
	held    []int
}

func (b *buffer) run() {
	for {
		in, out := b.in, b.out
		first := 0
		if len(b.held) == 0 {
			out = nil
		} else {
			first = b.held[0]
		}
		if len(b.held) == 8 {
			in = nil
		}
		select {
		case v := <-in:
			b.held = append(b.held, v)
		case out <- first:
			b.held = b.held[1:]
		}
	}
}

func (b *buffer) fill() {
	for v := 0; ; v++ {
		b.in <- v
		if v%10 == 0 {
			time.Sleep(200 * time.Millisecond)
		}
	}
}

func (b *buffer) drain() {
	for range b.out {
		time.Sleep(15 * time.Millisecond)
	}
}

// Run moves numbers.
func Run() {
	b := &buffer{in: make(chan int), out: make(chan int)}
	go b.run()
	go b.fill()
	go b.drain()
}
