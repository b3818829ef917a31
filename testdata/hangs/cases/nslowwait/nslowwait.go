// Package nslowwait: a WaitGroup, a condition, a barrier and a Once whose last party sleeps for seconds.
//
// healthy
package nslowwait

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type stage struct {
	mu   sync.Mutex
	cond *sync.Cond
	up   bool
	wg   sync.WaitGroup
	once sync.Once
}

func (s *stage) boot() {
	time.Sleep(9 * time.Second)
	s.mu.Lock()
	s.up = true
	s.cond.Broadcast()
	s.mu.Unlock()
}

func (s *stage) await() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.up {
		s.cond.Wait()
	}
}

func (s *stage) job(d time.Duration) {
	defer s.wg.Done()
	time.Sleep(d)
}

func (s *stage) load() { time.Sleep(9 * time.Second) }

func (s *stage) ensure() { s.once.Do(s.load) }

func TestStage(t *runner.T) {
	s := &stage{}
	s.cond = sync.NewCond(&s.mu)
	go s.boot()
	go s.await()
	go s.await()
	go s.ensure()
	time.Sleep(20 * time.Millisecond)
	go s.ensure()
	s.wg.Add(3)
	go s.job(time.Millisecond)
	go s.job(9 * time.Second)
	go s.job(2 * time.Millisecond)
	s.wg.Wait()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestStage", TestStage)
}
