// Package hcond: bounded queue with two conditions; slow producer, three consumers.
//
// healthy
package hcond

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type bounded struct {
	mu       sync.Mutex
	notEmpty *sync.Cond
	notFull  *sync.Cond
	buf      []int
	max      int
}

func newBounded(max int) *bounded {
	b := &bounded{max: max}
	b.notEmpty = sync.NewCond(&b.mu)
	b.notFull = sync.NewCond(&b.mu)
	return b
}

func (b *bounded) Put(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.buf) == b.max {
		b.notFull.Wait()
	}
	b.buf = append(b.buf, n)
	b.notEmpty.Signal()
}

func (b *bounded) Take() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.buf) == 0 {
		b.notEmpty.Wait()
	}
	n := b.buf[0]
	b.buf = b.buf[1:]
	b.notFull.Signal()
	return n
}

func TestQueues(t *runner.T) {
	starved, full := newBounded(4), newBounded(1)
	for i := 0; i < 3; i++ {
		go func() {
			for {
				starved.Take()
			}
		}()
		go func() {
			for n := 0; ; n++ {
				full.Put(n)
			}
		}()
	}
	go func() {
		for {
			starved.Put(1)
			time.Sleep(350 * time.Millisecond)
		}
	}()
	for {
		full.Take()
		time.Sleep(40 * time.Millisecond)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestQueues", TestQueues)
}
