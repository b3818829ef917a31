// Package waitunderlock: close waits for its workers with the lock held that they need to end.
//
// hang: waitunderlock.(*stopper).Stop waitgroup never-done|holder-blocked|lock-order-cycle
// hang: waitunderlock.(*stopper).RunTask mutex holder-blocked|lock-order-cycle
package waitunderlock

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type task struct{ n int }

type stopper struct {
	mu      sync.Mutex
	wg      sync.WaitGroup
	stopped bool
	runs    int
}

func (s *stopper) RunWorker(f func()) {
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		f()
	}()
}

func (s *stopper) RunTask(t task) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return false
	}
	s.runs += t.n
	return true
}

func (s *stopper) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	s.wg.Wait()
}

func TestStopRunning(t *runner.T) {
	s := &stopper{}
	for i := 0; i < 3; i++ {
		s.RunWorker(func() {
			for s.RunTask(task{1}) {
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	s.Stop()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestStopRunning", TestStopRunning)
}
