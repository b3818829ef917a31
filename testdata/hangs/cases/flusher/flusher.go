// Package flusher: a journal that is flushed when it is full or a second after it was written to, by a timer that is off
// while there is nothing; nobody writes now.
//
// healthy
package flusher

import (
	"net"
	"sync"
	"time"
)

type journal struct {
	mu    sync.Mutex
	lines []string
	kick  chan struct{}
	timer *time.Timer
	done  int
}

func (j *journal) write(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
	if len(j.lines) == 1 {
		j.timer.Reset(200 * time.Millisecond)
	}
	if len(j.lines) == 64 {
		select {
		case j.kick <- struct{}{}:
		default:
		}
	}
}

func (j *journal) flush() {
	for {
		select {
		case <-j.kick:
		case <-j.timer.C:
		}
		j.mu.Lock()
		j.done += len(j.lines)
		j.lines = j.lines[:0]
		j.mu.Unlock()
	}
}

func (j *journal) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		j.write(conn.RemoteAddr().String())
		conn.Close()
	}
}

// Run writes one line.
func Run() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	j := &journal{kick: make(chan struct{}, 1), timer: time.NewTimer(time.Hour)}
	j.timer.Stop()
	go j.serve(listener)
	go j.flush()
	j.write("opened")
}
