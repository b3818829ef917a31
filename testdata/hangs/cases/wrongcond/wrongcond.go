// Package wrongcond: the state is changed under another object's condition: nobody signals this one.
//
// hang: wrongcond.(*inflow).take cond lost-signal
package wrongcond

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type inflow struct {
	mu    sync.Mutex
	cond  *sync.Cond
	avail int
}

func newInflow(n int) *inflow {
	f := &inflow{avail: n}
	f.cond = sync.NewCond(&f.mu)
	return f
}

func (f *inflow) take(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.avail < n {
		f.cond.Wait()
	}
	f.avail -= n
}

func (f *inflow) put(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.avail += n
	f.cond.Broadcast()
}

type transport struct {
	conn    *inflow
	streams map[int]*inflow
}

func (t *transport) write(id, n int) {
	t.streams[id].take(n)
	t.conn.take(n)
}

func (t *transport) onWindowUpdate(id, n int) {
	if s, ok := t.streams[id]; ok {
		s.put(n)
	}
}

func TestWindowUpdate(t *runner.T) {
	tr := &transport{conn: newInflow(10), streams: map[int]*inflow{1: newInflow(10), 3: newInflow(10)}}
	go func() {
		for i := 0; i < 5; i++ {
			tr.write(1, 5)
		}
	}()
	for i := 0; i < 8; i++ {
		time.Sleep(10 * time.Millisecond)
		tr.onWindowUpdate(1, 5)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestWindowUpdate", TestWindowUpdate)
}
