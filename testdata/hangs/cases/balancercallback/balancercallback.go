// Package balancercallback: AB-BA through an interface: the connection calls the balancer's callback with its lock
// held.
//
// hang: balancercallback.(*roundRobin).onState mutex lock-order-cycle
// hang: balancercallback.(*subConn).shutdown mutex lock-order-cycle
package balancercallback

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type stateListener interface {
	onState(sc *subConn, s int)
}

type subConn struct {
	mu    sync.Mutex
	state int
	l     stateListener
}

func (sc *subConn) connect() {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.state = 2
	time.Sleep(40 * time.Millisecond)
	sc.l.onState(sc, sc.state)
}

func (sc *subConn) shutdown() {
	sc.mu.Lock()
	sc.state = 4
	sc.mu.Unlock()
}

type roundRobin struct {
	mu    sync.Mutex
	conns []*subConn
	ready int
}

func (b *roundRobin) onState(sc *subConn, s int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s == 2 {
		b.ready++
	}
}

func (b *roundRobin) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	time.Sleep(40 * time.Millisecond)
	for _, sc := range b.conns {
		sc.shutdown()
	}
}

func newRoundRobin(n int) *roundRobin {
	b := &roundRobin{}
	for i := 0; i < n; i++ {
		b.conns = append(b.conns, &subConn{l: b})
	}
	return b
}

func TestCloseWhileConnecting(t *runner.T) {
	b := newRoundRobin(1)
	go b.conns[0].connect()
	time.Sleep(10 * time.Millisecond)
	done := make(chan struct{})
	go func() {
		b.Close()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(300 * time.Millisecond):
		t.Fatalf("Close hangs")
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCloseWhileConnecting", TestCloseWhileConnecting)
}
