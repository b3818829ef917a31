// Package onecondfortwo: one condition for full and for empty, and Signal: the signal goes to the wrong kind of waiter
// and all sleep.
//
// hang: onecondfortwo.(*ring).get cond lost-signal
// hang: onecondfortwo.(*ring).put cond lost-signal
package onecondfortwo

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type ring struct {
	mu   sync.Mutex
	cond *sync.Cond
	buf  []int
	max  int
	step int
}

func (r *ring) put(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.buf) >= r.max {
		r.cond.Wait()
	}
	r.buf = append(r.buf, n)
}

func (r *ring) get() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.buf) == 0 {
		r.cond.Wait()
	}
	n := r.buf[0]
	r.buf = r.buf[1:]
	return n
}

func TestRing(t *runner.T) {
	r := &ring{max: 1}
	r.cond = sync.NewCond(&r.mu)
	empty := &ring{max: 1}
	empty.cond = sync.NewCond(&empty.mu)
	go func() { empty.get() }()
	time.Sleep(10 * time.Millisecond)
	empty.put(1)
	r.put(1)
	go r.put(2)
	time.Sleep(10 * time.Millisecond)
	r.get()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestRing", TestRing)
}
