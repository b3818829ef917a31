// Package earlydone: a worker returns early without Done.
//
// hang: earlydone.(*backup).Run waitgroup never-done
package earlydone

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"example.com/hangs/runner"
)

type chunk struct{ off, n int }

type backup struct {
	wg     sync.WaitGroup
	failed int32
}

func (b *backup) copyChunk(c chunk) error {
	if c.n == 0 {
		return errors.New("empty")
	}
	time.Sleep(time.Millisecond)
	return nil
}

func (b *backup) worker(in <-chan chunk) {
	for c := range in {
		if err := b.copyChunk(c); err != nil {
			atomic.AddInt32(&b.failed, 1)
			return
		}
	}
	b.wg.Done()
}

func (b *backup) Run(chunks []chunk) int {
	in := make(chan chunk, len(chunks))
	for _, c := range chunks {
		in <- c
	}
	close(in)
	for i := 0; i < 3; i++ {
		b.wg.Add(1)
		go b.worker(in)
	}
	b.wg.Wait()
	return int(b.failed)
}

func TestEmptyChunk(t *runner.T) {
	b := &backup{}
	if b.Run([]chunk{{0, 4}, {4, 0}, {4, 4}, {8, 4}}) == 0 {
		t.Fatalf("none failed")
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestEmptyChunk", TestEmptyChunk)
}
