// Package rwqueue: a store with readers and one writer that is saved for 12 ms under the write lock, over and over.
//
// healthy
package rwqueue

import (
	"sync"
	"time"
)

type store struct {
	mu    sync.RWMutex
	items map[int]int
}

func (s *store) get(i int) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items[i]
}

func (s *store) save() {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(12 * time.Millisecond)
	s.items[len(s.items)] = 1
}

// Run reads six times at once.
func Run() {
	s := &store{items: map[int]int{}}
	for i := 0; i < 6; i++ {
		go func() {
			for {
				s.get(i)
				time.Sleep(5 * time.Millisecond)
			}
		}()
	}
	for {
		s.save()
		time.Sleep(150 * time.Millisecond)
	}
}
