// Package earlysignal: the signal comes before the wait, and the waiter does not look at the state first.
//
// hang: earlysignal.(*plugin).waitActive cond lost-signal
package earlysignal

import (
	"sync"

	"example.com/hangs/runner"
)

type plugin struct {
	mu     sync.Mutex
	cond   *sync.Cond
	active bool
}

func newPlugin() *plugin {
	p := &plugin{}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *plugin) activate() {
	p.mu.Lock()
	p.active = true
	p.cond.Broadcast()
	p.mu.Unlock()
}

func (p *plugin) waitActive() {
	p.mu.Lock()
	p.cond.Wait()
	p.mu.Unlock()
}

func TestActivate(t *runner.T) {
	p := newPlugin()
	ready := make(chan struct{})
	go func() {
		p.activate()
		close(ready)
	}()
	<-ready
	p.waitActive()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestActivate", TestActivate)
}
