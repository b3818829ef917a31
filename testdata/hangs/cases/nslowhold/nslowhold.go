// Package nslowhold: a lock is held for seconds by a sleeper, a read lock by another; writers and readers stand and
// will go on.
//
// healthy
package nslowhold

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type snapshotter struct {
	mu  sync.Mutex
	rw  sync.RWMutex
	gen int
}

func (s *snapshotter) persist() {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(8 * time.Second)
	s.gen++
}

func (s *snapshotter) Append() {
	s.mu.Lock()
	s.gen++
	s.mu.Unlock()
}

func (s *snapshotter) scan() {
	s.rw.RLock()
	defer s.rw.RUnlock()
	time.Sleep(8 * time.Second)
}

func (s *snapshotter) swap() {
	s.rw.Lock()
	s.gen = 0
	s.rw.Unlock()
}

func (s *snapshotter) Peek() int {
	s.rw.RLock()
	defer s.rw.RUnlock()
	return s.gen
}

func TestSnapshot(t *runner.T) {
	s := &snapshotter{}
	go s.persist()
	go s.scan()
	time.Sleep(50 * time.Millisecond)
	go s.Append()
	go s.swap()
	time.Sleep(50 * time.Millisecond)
	for i := 0; i < 3; i++ {
		go s.Peek()
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestSnapshot", TestSnapshot)
}
