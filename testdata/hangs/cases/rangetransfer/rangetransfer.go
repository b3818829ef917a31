// Package rangetransfer: the same function on both sides: two replicas are locked in the order of the arguments.
//
// hang: rangetransfer.TestMoveBothWays waitgroup never-done|holder-blocked
// hang: rangetransfer.(*store).move mutex lock-order-cycle
package rangetransfer

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type replica struct {
	mu   sync.Mutex
	id   int
	keys int
}

type store struct {
	replicas []*replica
	stopper  chan struct{}
}

func newStore(n int) *store {
	s := &store{stopper: make(chan struct{})}
	for i := 0; i < n; i++ {
		s.replicas = append(s.replicas, &replica{id: i, keys: 100})
	}
	go s.gossip()
	return s
}

func (s *store) gossip() {
	t := time.NewTicker(50 * time.Millisecond)
	for {
		select {
		case <-t.C:
		case <-s.stopper:
			return
		}
	}
}

func (s *store) move(from, to, n int) {
	a, b := s.replicas[from], s.replicas[to]
	a.mu.Lock()
	defer a.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
	b.mu.Lock()
	defer b.mu.Unlock()
	a.keys -= n
	b.keys += n
}

func TestMoveBothWays(t *runner.T) {
	s := newStore(2)
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			s.move(i, 1-i, 10)
		}(i)
	}
	wg.Wait()
	close(s.stopper)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestMoveBothWays", TestMoveBothWays)
}
