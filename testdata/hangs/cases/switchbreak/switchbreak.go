// Package switchbreak: a postcode is sorted under the lock; "break" leaves the switch and not the loop, the loop locks again.
//
// hang: switchbreak.(*sorter).run mutex self-deadlock|forgotten-unlock x1
// hang: switchbreak.(*sorter).total mutex self-deadlock|forgotten-unlock|holder-blocked x1
package switchbreak

import (
	"sync"
	"time"
)

type sorter struct {
	mu    sync.Mutex
	north int
	south int
	codes chan int
}

func (s *sorter) run() {
	for code := range s.codes {
		s.mu.Lock()
		switch {
		case code < 0:
			s.mu.Unlock()
			return
		case code < 50000:
			s.north++
		default:
			s.south++
			s.mu.Unlock()
		}
	}
}

func (s *sorter) total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.north + s.south
}

// Run sorts three.
func Run() {
	s := &sorter{codes: make(chan int, 8)}
	s.codes <- 80331
	s.codes <- 10115
	s.codes <- 50667
	go s.run()
	time.Sleep(5 * time.Millisecond)
	go s.total()
}
