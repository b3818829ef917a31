// Package generic: a shelf of any kind whose get returns with the lock where the key is new.
//
// hang: generic.(*shelf[...]).get mutex forgotten-unlock|self-deadlock x1
package generic

import "sync"

type shelf[K comparable, V any] struct {
	mu   sync.Mutex
	held map[K]V
}

func (s *shelf[K, V]) get(key K) (value V, ok bool) {
	s.mu.Lock()
	value, ok = s.held[key]
	if !ok {
		return value, false
	}
	s.mu.Unlock()
	return value, true
}

// Run asks twice for what is not there.
func Run() {
	s := &shelf[string, int]{held: map[string]int{"salt": 1}}
	go func() {
		for _, key := range []string{"salt", "saffron", "salt"} {
			s.get(key)
		}
	}()
}
