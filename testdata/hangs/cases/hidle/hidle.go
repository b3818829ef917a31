// Package hidle: a server at rest: accept loop, signal handler, stop channels that main holds, idle subscribers.
//
// healthy
package hidle

import (
	"net"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"example.com/hangs/runner"
)

type topic struct {
	mu   sync.RWMutex
	subs map[string]chan string
}

func (t *topic) subscribe(name string) <-chan string {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := make(chan string, 4)
	t.subs[name] = c
	return c
}

func (t *topic) publish(s string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, c := range t.subs {
		select {
		case c <- s:
		default:
		}
	}
}

type service struct {
	top  *topic
	stop chan struct{}
	l    net.Listener
	got  int64
}

func (s *service) consume(name string) {
	in := s.top.subscribe(name)
	for {
		select {
		case <-in:
			atomic.AddInt64(&s.got, 1)
		case <-s.stop:
			return
		}
	}
}

func (s *service) accept() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		c.Close()
	}
}

func (s *service) signals() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	<-c
	close(s.stop)
}

var theService *service

func TestAtRest(t *runner.T) {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	s := &service{top: &topic{subs: map[string]chan string{}}, stop: make(chan struct{}), l: l}
	theService = s
	for _, n := range []string{"a", "b", "c"} {
		go s.consume(n)
	}
	go s.accept()
	go s.signals()
	time.Sleep(20 * time.Millisecond)
	s.top.publish("hello")
	<-s.stop
}

// Run runs it as a test.
func Run() {
	runner.Run("TestAtRest", TestAtRest)
}
