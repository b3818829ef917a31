// Package inlinedlock: a booth's call is a closure made in a small method; it returns with the lock where the coin is false.
//
// hang: inlinedlock.testBooth.(*booth).call.func3 mutex forgotten-unlock x1
// also: inlinedlock.testBooth.(*booth).call.func1
// also: inlinedlock.testBooth.(*booth).call.func2
package inlinedlock

import (
	"sync"

	"example.com/hangs/runner"
)

type booth struct {
	mu    sync.Mutex
	coins int
}

func (b *booth) call(coin int) func() {
	return func() {
		b.mu.Lock()
		if coin < 0 {
			return
		}
		b.coins += coin
		b.mu.Unlock()
	}
}

func testBooth(t *runner.T) {
	b := &booth{}
	done := make(chan bool)
	go func() {
		b.call(5)()
		close(done)
	}()
	<-done
	b.call(-1)()
	go b.call(10)()
}

// Run is the test.
func Run() { runner.Run("TestBooth", testBooth) }
