// Package callback: a radio station tells its listeners of a song under its lock; one of them leaves from within.
//
// hang: callback.(*station).leave mutex self-deadlock x1
// hang: callback.(*station).join mutex self-deadlock|holder-blocked x1
package callback

import (
	"sync"
	"time"
)

type station struct {
	mu        sync.Mutex
	listeners map[int]func(song string)
	next      int
}

func (s *station) join(f func(string)) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	s.listeners[s.next] = f
	return s.next
}

func (s *station) leave(id int) {
	s.mu.Lock()
	delete(s.listeners, id)
	s.mu.Unlock()
}

func (s *station) play(song string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, listener := range s.listeners {
		listener(song)
	}
}

// Run plays a song that somebody does not like.
func Run() {
	s := &station{listeners: map[int]func(string){}}
	var id int
	id = s.join(func(song string) {
		if song == "Marmor" {
			s.leave(id)
		}
	})
	go func() {
		s.play("Atemlos")
		s.play("Marmor")
	}()
	time.Sleep(20 * time.Millisecond)
	go s.join(func(string) {})
}
