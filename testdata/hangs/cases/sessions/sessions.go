// Package sessions: each client of a TCP server has a reader and a writer; most clients say nothing, and their writers
// wait in a select for what to write.
//
// healthy
package sessions

import (
	"bufio"
	"net"
	"sync"
	"time"
)

type session struct {
	conn net.Conn
	out  chan string
	gone chan struct{}
}

func (s *session) read(h *hub) {
	defer close(s.gone)
	lines := bufio.NewScanner(s.conn)
	for lines.Scan() {
		h.tell(lines.Text())
	}
}

func (s *session) write() {
	for {
		select {
		case line := <-s.out:
			s.conn.Write([]byte(line + "\n"))
		case <-s.gone:
			return
		}
	}
}

type hub struct {
	mu       sync.Mutex
	sessions []*session
}

func (h *hub) tell(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sessions {
		select {
		case s.out <- line:
		default:
		}
	}
}

func (h *hub) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		s := &session{conn, make(chan string, 4), make(chan struct{})}
		h.mu.Lock()
		h.sessions = append(h.sessions, s)
		h.mu.Unlock()
		go s.read(h)
		go s.write()
	}
}

// Run has four clients, one of which says something each second.
func Run() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go (&hub{}).serve(listener)
	var conns []net.Conn
	for i := 0; i < 4; i++ {
		if conn, err := net.Dial("tcp", listener.Addr().String()); err == nil {
			conns = append(conns, conn)
		}
	}
	for {
		conns[0].Write([]byte("still here\n"))
		time.Sleep(time.Second)
	}
}
