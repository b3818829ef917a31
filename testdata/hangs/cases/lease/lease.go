// Package lease: three candidates, one of whom leads for 300 ms at a time; the others wait for their turn.
//
// healthy
package lease

import (
	"context"
	"time"
)

type election struct {
	seat chan struct{}
}

func (e *election) candidate(name string) {
	for {
		e.seat <- struct{}{}
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		e.lead(ctx, name)
		cancel()
		<-e.seat
	}
}

func (e *election) lead(ctx context.Context, _ string) { <-ctx.Done() }

// Run elects.
func Run() {
	e := &election{seat: make(chan struct{}, 1)}
	for _, name := range []string{"Ada", "Bo", "Cy"} {
		go e.candidate(name)
	}
}
