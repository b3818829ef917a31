// Package imainwait: the starter waits with a WaitGroup for workers that are idle or sleep, as a daemon's main does.
//
// healthy
package imainwait

import (
	"context"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type daemon struct {
	wg   sync.WaitGroup
	ctx  context.Context
	work chan int
}

func (d *daemon) spawn(f func()) {
	d.wg.Add(1)
	go func() {
		defer d.wg.Done()
		f()
	}()
}

func (d *daemon) pollLoop() {
	for d.ctx.Err() == nil {
		time.Sleep(300 * time.Millisecond)
		select {
		case d.work <- 1:
		default:
		}
	}
}

func (d *daemon) workLoop() {
	for {
		select {
		case <-d.work:
		case <-d.ctx.Done():
			return
		}
	}
}

func (d *daemon) waitForStop() {
	<-d.ctx.Done()
}

func TestDaemon(t *runner.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	d := &daemon{ctx: ctx, work: make(chan int)}
	d.spawn(d.pollLoop)
	d.spawn(d.workLoop)
	d.spawn(d.workLoop)
	d.spawn(d.waitForStop)
	d.wg.Wait()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestDaemon", TestDaemon)
}
