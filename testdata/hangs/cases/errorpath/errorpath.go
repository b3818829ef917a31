// Package errorpath: a shelf that is left locked when a book is not there; the next readers wait for it.
//
// hang: errorpath.(*shelf).borrow mutex forgotten-unlock x2
// hang: errorpath.(*shelf).count mutex forgotten-unlock
package errorpath

import (
	"errors"
	"sync"
	"time"
)

var errMissing = errors.New("no such book")

type shelf struct {
	mu    sync.Mutex
	books map[string]int
}

func (s *shelf) borrow(title string) error {
	s.mu.Lock()
	if s.books[title] == 0 {
		return errMissing
	}
	s.books[title]--
	s.mu.Unlock()
	return nil
}

func (s *shelf) count() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, copies := range s.books {
		n += copies
	}
	return n
}

// Run borrows what is there and what is not.
func Run() {
	s := &shelf{books: map[string]int{"Momo": 10}}
	for _, title := range []string{"Momo", "Emil", "Momo", "Momo"} {
		go s.borrow(title)
		time.Sleep(5 * time.Millisecond)
	}
	go s.count()
}
