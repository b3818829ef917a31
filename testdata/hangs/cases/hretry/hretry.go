// Package hretry: retry with backoff, contexts with deadlines, timers.
//
// healthy
package hretry

import (
	"context"
	"time"

	"example.com/hangs/runner"
)

type dialer struct {
	tries int
	ready chan struct{}
}

func (d *dialer) dial(ctx context.Context) error {
	wait := 10 * time.Millisecond
	for {
		d.tries++
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-d.ready:
			t.Stop()
			return nil
		case <-t.C:
			wait *= 2
		}
	}
}

func TestDial(t *runner.T) {
	d := &dialer{ready: make(chan struct{})}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	errc := make(chan error, 1)
	go func() { errc <- d.dial(ctx) }()
	select {
	case err := <-errc:
		t.Fatalf("%v", err)
	case <-time.After(25 * time.Second):
		close(d.ready)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestDial", TestDial)
}
