// Package resulttimeout: a result is sent on an unbuffered channel after the receiver gave up.
//
// hang: resulttimeout.(*puller).Pull.func1 chan-send no-receiver|goroutine-leak
// also: resulttimeout.(*puller).drainLogs
package resulttimeout

import (
	"context"
	"sync/atomic"
	"time"

	"example.com/hangs/runner"
)

type image struct{ ref string }

type puller struct {
	inflight int32
	logs     chan string
}

func newPuller() *puller {
	p := &puller{logs: make(chan string)}
	go p.drainLogs()
	return p
}

func (p *puller) drainLogs() {
	for l := range p.logs {
		_ = l
	}
}

func (p *puller) fetch(ref string) image {
	time.Sleep(80 * time.Millisecond)
	p.logs <- ref
	return image{ref}
}

func (p *puller) Pull(ctx context.Context, ref string) (image, error) {
	atomic.AddInt32(&p.inflight, 1)
	done := make(chan image)
	go func() {
		done <- p.fetch(ref)
	}()
	select {
	case im := <-done:
		return im, nil
	case <-ctx.Done():
		return image{}, ctx.Err()
	}
}

func TestPullTimeout(t *runner.T) {
	p := newPuller()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := p.Pull(ctx, "busybox"); err != nil {
		t.Fatalf("%v", err)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestPullTimeout", TestPullTimeout)
}
