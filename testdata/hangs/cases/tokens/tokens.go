// Package tokens: a token bucket that a ticker fills five times a second, and eight who wait for a token in turn.
//
// healthy
package tokens

import "time"

type bucket struct {
	tokens chan struct{}
}

func (b *bucket) fill() {
	for range time.Tick(200 * time.Millisecond) {
		select {
		case b.tokens <- struct{}{}:
		default:
		}
	}
}

func (b *bucket) call() { <-b.tokens }

// Run has eight callers.
func Run() {
	b := &bucket{tokens: make(chan struct{}, 1)}
	go b.fill()
	for i := 0; i < 8; i++ {
		go func() {
			for {
				b.call()
			}
		}()
	}
}
