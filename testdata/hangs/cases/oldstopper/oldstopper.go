// Package oldstopper: stop waits for tasks with the lock held, and a task ends only after it got the lock.
//
// hang: oldstopper.(*quiescer).Stop waitgroup|semaphore never-done|holder-blocked|lock-order-cycle
// hang: oldstopper.(*quiescer).finish mutex holder-blocked|lock-order-cycle
package oldstopper

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type quiescer struct {
	mu    sync.Mutex
	tasks sync.WaitGroup
	n     int
}

func (q *quiescer) Start(d time.Duration) {
	q.tasks.Add(1)
	go func() {
		defer q.tasks.Done()
		time.Sleep(d)
		q.finish()
	}()
}

func (q *quiescer) finish() {
	q.mu.Lock()
	q.n++
	q.mu.Unlock()
}

func (q *quiescer) Stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.tasks.Wait()
}

func TestStop(t *runner.T) {
	q := &quiescer{}
	q.Start(30 * time.Millisecond)
	q.Start(40 * time.Millisecond)
	q.Stop()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestStop", TestStop)
}
