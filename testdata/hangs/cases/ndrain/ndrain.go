// Package ndrain: a stop that waits, with its lock held, for tasks of some seconds; a close that waits for a worker's
// last job.
//
// healthy
package ndrain

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type taskServer struct {
	mu    sync.Mutex
	tasks sync.WaitGroup
	state string
}

func (s *taskServer) run(d time.Duration) {
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		time.Sleep(d)
	}()
}

func (s *taskServer) Drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks.Wait()
	s.state = "down"
}

func (s *taskServer) State() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

type lane struct {
	jobs chan time.Duration
	done chan struct{}
}

func newLane() *lane {
	l := &lane{make(chan time.Duration), make(chan struct{})}
	go func() {
		defer close(l.done)
		for d := range l.jobs {
			time.Sleep(d)
		}
	}()
	return l
}

func (l *lane) Close() {
	close(l.jobs)
	<-l.done
}

func TestDrain(t *runner.T) {
	s := &taskServer{}
	s.run(12 * time.Second)
	go s.Drain()
	time.Sleep(20 * time.Millisecond)
	go s.State()
	l := newLane()
	l.jobs <- 12 * time.Second
	l.Close()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestDrain", TestDrain)
}
