// Package relay: a chain of relays: the first one's input is never closed after an error, all behind wait.
//
// hang: relay.(*hop).relay chan-receive no-sender|goroutine-leak|holder-blocked
// hang: relay.TestNilPacket.func1 chan-receive no-sender|goroutine-leak|holder-blocked
package relay

import (
	"errors"
	"time"

	"example.com/hangs/runner"
)

type hop struct {
	in, out chan []byte
}

func (h *hop) relay() {
	defer close(h.out)
	for b := range h.in {
		h.out <- b
	}
}

type tunnel struct {
	head chan []byte
	tail chan []byte
}

func dialTunnel(hops int) *tunnel {
	first := make(chan []byte)
	t := &tunnel{first, first}
	for i := 0; i < hops; i++ {
		h := &hop{t.tail, make(chan []byte)}
		t.tail = h.out
		go h.relay()
	}
	return t
}

func (t *tunnel) send(p [][]byte) error {
	for _, b := range p {
		if b == nil {
			return errors.New("nil packet")
		}
		t.head <- b
	}
	close(t.head)
	return nil
}

func TestNilPacket(t *runner.T) {
	tn := dialTunnel(3)
	go func() {
		for range tn.tail {
		}
	}()
	tn.send([][]byte{{1}, nil})
	time.Sleep(50 * time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestNilPacket", TestNilPacket)
}
