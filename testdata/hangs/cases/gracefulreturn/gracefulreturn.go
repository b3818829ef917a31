// Package gracefulreturn: stop returns early with the server's lock held; Serve and the next Stop stand.
//
// hang: gracefulreturn.(*server).Serve mutex forgotten-unlock
// hang: gracefulreturn.(*server).handle mutex forgotten-unlock
// hang: gracefulreturn.(*server).DrainStop mutex forgotten-unlock
package gracefulreturn

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type listener struct{ ch chan int }

type server struct {
	mu    sync.Mutex
	lis   map[*listener]bool
	conns map[int]bool
	cv    *sync.Cond
	drain bool
}

func newServer() *server {
	s := &server{lis: map[*listener]bool{}, conns: map[int]bool{}}
	s.cv = sync.NewCond(&s.mu)
	return s
}

func (s *server) Serve(l *listener) {
	for c := range l.ch {
		s.mu.Lock()
		if s.drain {
			s.mu.Unlock()
			return
		}
		s.conns[c] = true
		s.mu.Unlock()
		go s.handle(c)
	}
}

func (s *server) handle(c int) {
	time.Sleep(10 * time.Millisecond)
	s.mu.Lock()
	delete(s.conns, c)
	s.cv.Broadcast()
	s.mu.Unlock()
}

func (s *server) DrainStop() {
	s.mu.Lock()
	if s.drain {
		return
	}
	s.drain = true
	for len(s.conns) > 0 {
		s.cv.Wait()
	}
	s.mu.Unlock()
}

func TestStopTwice(t *runner.T) {
	s := newServer()
	l := &listener{make(chan int)}
	go s.Serve(l)
	s.DrainStop()
	s.DrainStop()
	go s.handle(7)
	go s.DrainStop()
	l.ch <- 1
	time.Sleep(100 * time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestStopTwice", TestStopTwice)
}
