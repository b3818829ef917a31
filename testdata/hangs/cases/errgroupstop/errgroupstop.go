// Package errgroupstop: a group of diggers stops its others through a context at the first error; one of them does not look
// at the context while it hands over.
//
// hang: errgroupstop.(*team).dig.func2 chan-send no-receiver|goroutine-leak x1
// hang: errgroupstop.(*group).wait waitgroup never-done|holder-blocked x1
package errgroupstop

import (
	"context"
	"errors"
	"sync"
	"time"
)

type group struct {
	running sync.WaitGroup
	once    sync.Once
	err     error
	cancel  context.CancelFunc
}

func (g *group) start(f func() error) {
	g.running.Add(1)
	go func() {
		defer g.running.Done()
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err; g.cancel() })
		}
	}()
}

//go:noinline
func (g *group) wait() error {
	g.running.Wait()
	return g.err
}

type team struct {
	sand chan int
}

func (t *team) dig(ctx context.Context, g *group) {
	g.start(func() error {
		for load := range t.sand {
			if load > 2 {
				time.Sleep(2 * time.Millisecond)
				return errors.New("too heavy")
			}
		}
		return nil
	})
	g.start(func() error {
		for load := 1; ctx.Err() == nil; load++ {
			t.sand <- load
		}
		return ctx.Err()
	})
}

// Run digs.
func Run() {
	ctx, cancel := context.WithCancel(context.Background())
	g := &group{cancel: cancel}
	t := &team{sand: make(chan int)}
	t.dig(ctx, g)
	time.Sleep(time.Millisecond)
	go g.wait()
}
