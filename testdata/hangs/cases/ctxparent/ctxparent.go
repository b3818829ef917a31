// Package ctxparent: a producer's select has a context derived from the background one and a reader that returned; its
// cancel is lost.
//
// hang: ctxparent.(*partition).produce select no-receiver|no-sender|goroutine-leak
package ctxparent

import (
	"context"

	"example.com/hangs/runner"
)

type record struct{ off int }

type partition struct {
	out  chan record
	next int
}

func (p *partition) produce(ctx context.Context) {
	for {
		select {
		case p.out <- record{p.next}:
			p.next++
		case <-ctx.Done():
			return
		}
	}
}

func (p *partition) Read(n int) (out []record) {
	ctx, cancel := context.WithCancel(context.Background())
	go p.produce(ctx)
	for r := range p.out {
		out = append(out, r)
		if len(out) == n {
			return out
		}
	}
	cancel()
	return out
}

func TestReadThree(t *runner.T) {
	p := &partition{out: make(chan record)}
	t.Fatalf("%d", len(p.Read(3)))
}

// Run runs it as a test.
func Run() {
	runner.Run("TestReadThree", TestReadThree)
}
