// Package crosswait: two sides of a handshake: each waits for the other's word first.
//
// hang: crosswait.TestBothNew chan-receive holder-blocked|no-sender|no-receiver|never-done|goroutine-leak|lock-order-cycle
// hang: crosswait.(*side).accept chan-receive no-sender|lock-order-cycle|goroutine-leak|holder-blocked
package crosswait

import "example.com/hangs/runner"

type hello struct{ proto int }

type side struct {
	in, out chan hello
	log     chan string
}

func (s *side) accept() hello {
	h := <-s.in
	s.out <- hello{h.proto}
	return h
}

func (s *side) negotiate(v int) {
	if v > 1 {
		s.accept()
	}
	s.out <- hello{v}
	<-s.in
}

func pair() (*side, *side) {
	a, b := make(chan hello), make(chan hello)
	return &side{in: a, out: b}, &side{in: b, out: a}
}

func TestBothNew(t *runner.T) {
	x, y := pair()
	done := make(chan struct{}, 2)
	for _, s := range []*side{x, y} {
		go func(s *side) {
			s.negotiate(2)
			done <- struct{}{}
		}(s)
	}
	<-done
}

// Run runs it as a test.
func Run() {
	runner.Run("TestBothNew", TestBothNew)
}
