// Package waitsforall: a server's Wait waits for its loops, which run as long as it does: an accept loop and a ticker's.
//
// healthy
package waitsforall

import (
	"net"
	"sync"
	"time"
)

type server struct {
	loops    sync.WaitGroup
	listener net.Listener
	beats    int
	quit     chan struct{}
}

func (s *server) accept() {
	defer s.loops.Done()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		conn.Close()
	}
}

func (s *server) beat() {
	defer s.loops.Done()
	ticker := time.NewTicker(100 * time.Millisecond)
	for {
		select {
		case <-ticker.C:
			s.beats++
		case <-s.quit:
			return
		}
	}
}

// Run waits for both.
func Run() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	s := &server{listener: listener, quit: make(chan struct{})}
	s.loops.Add(2)
	go s.accept()
	go s.beat()
	s.loops.Wait()
}
