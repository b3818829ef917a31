// Package signalone: signal where Broadcast was needed: one of the waiters is left.
//
// hang: signalone.(*gate).Wait cond lost-signal
package signalone

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	open bool
}

func newGate() *gate {
	g := &gate{}
	g.cond = sync.NewCond(&g.mu)
	return g
}

func (g *gate) Wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.cond.Wait()
	}
}

func (g *gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = true
	g.cond.Signal()
}

type informer struct {
	g      *gate
	synced chan int
}

func (in *informer) run(id int) {
	in.g.Wait()
	in.synced <- id
}

func TestThreeInformers(t *runner.T) {
	in := &informer{newGate(), make(chan int, 3)}
	for i := 0; i < 3; i++ {
		go in.run(i)
	}
	time.Sleep(20 * time.Millisecond)
	in.g.Open()
	n := 0
	for {
		select {
		case <-in.synced:
			n++
		case <-time.After(100 * time.Millisecond):
			t.Fatalf("%d of 3 synced", n)
			return
		}
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestThreeInformers", TestThreeInformers)
}
