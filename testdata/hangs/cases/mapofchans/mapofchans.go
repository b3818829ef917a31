// Package mapofchans: a switchboard keeps a channel for each call and deletes it on a hang-up, so that the answer goes to
// nobody and the caller waits.
//
// hang: mapofchans.(*switchboard).call chan-receive no-sender x1
package mapofchans

import (
	"sync"
	"time"
)

type switchboard struct {
	mu    sync.Mutex
	calls map[int]chan string
}

func (s *switchboard) call(number int) string {
	answer := make(chan string)
	s.mu.Lock()
	s.calls[number] = answer
	s.mu.Unlock()
	return <-answer
}

func (s *switchboard) hangUp(number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.calls, number)
}

func (s *switchboard) answer(number int, text string) {
	s.mu.Lock()
	call, ok := s.calls[number]
	s.mu.Unlock()
	if ok {
		call <- text
	}
}

// Run hangs up on 17 while its answer is on the way.
func Run() {
	s := &switchboard{calls: map[int]chan string{}}
	go s.call(17)
	go s.call(4)
	time.Sleep(5 * time.Millisecond)
	s.hangUp(17)
	go s.answer(4, "hello")
	go s.answer(17, "sorry")
}
