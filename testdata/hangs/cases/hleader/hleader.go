// Package hleader: a leader renews every 200 ms; followers wait for a change on a channel that is replaced.
//
// healthy
package hleader

import (
	"context"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type election struct {
	mu      sync.Mutex
	leader  int
	changed chan struct{}
	renews  int
}

func newElection() *election { return &election{changed: make(chan struct{})} }

func (e *election) observe(ctx context.Context) {
	for {
		e.mu.Lock()
		ch := e.changed
		e.mu.Unlock()
		select {
		case <-ch:
		case <-ctx.Done():
			return
		}
	}
}

func (e *election) renew(ctx context.Context, id int) {
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			e.mu.Lock()
			e.renews++
			if e.leader != id {
				e.leader = id
				close(e.changed)
				e.changed = make(chan struct{})
			}
			e.mu.Unlock()
		case <-ctx.Done():
			return
		}
	}
}

func TestElection(t *runner.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e := newElection()
	for i := 0; i < 4; i++ {
		go e.observe(ctx)
	}
	go e.renew(ctx, 1)
	time.Sleep(time.Hour)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestElection", TestElection)
}
