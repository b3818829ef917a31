// Package hslow: a batch that waits for slow steps of 700 ms each with a WaitGroup, and a lock held for 100 ms.
//
// healthy
package hslow

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type batch struct {
	wg sync.WaitGroup
	mu sync.Mutex
	n  int
}

func (b *batch) step(d time.Duration) {
	defer b.wg.Done()
	time.Sleep(d)
	b.mu.Lock()
	defer b.mu.Unlock()
	time.Sleep(100 * time.Millisecond)
	b.n++
}

func (b *batch) run() {
	for i := 0; i < 4; i++ {
		b.wg.Add(1)
		go b.step(700 * time.Millisecond)
	}
	b.wg.Wait()
}

func TestBatch(t *runner.T) {
	for {
		(&batch{}).run()
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestBatch", TestBatch)
}
