// Package deferinloop: an unlock is deferred within a loop.
//
// hang: deferinloop.(*quota).charge mutex self-deadlock|forgotten-unlock
package deferinloop

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type quota struct {
	mu   sync.Mutex
	used map[string]int
}

func (q *quota) charge(users []string) {
	for _, u := range users {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.used[u]++
	}
}

func TestChargeTwo(t *runner.T) {
	q := &quota{used: map[string]int{}}
	q.charge([]string{"a"})
	done := make(chan struct{})
	go func() {
		q.charge([]string{"a", "b"})
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(50 * time.Millisecond):
		t.Fatalf("hangs")
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestChargeTwo", TestChargeTwo)
}
