// Package nilnotify: a channel field is nil in one constructor: its loop receives and its sender sends for ever.
//
// hang: nilnotify.(*peer).sendSnapshot chan-send no-receiver
// hang: nilnotify.(*peer).readSnapshots chan-receive no-sender
// also: nilnotify.(*peer).readProposals
package nilnotify

import "example.com/hangs/runner"

type peer struct {
	id    int
	propc chan string
	snapc chan int
}

func newPeer(id int) *peer {
	p := &peer{id: id, propc: make(chan string)}
	go p.readProposals()
	go p.readSnapshots()
	return p
}

func (p *peer) readProposals() {
	for m := range p.propc {
		_ = m
	}
}

func (p *peer) readSnapshots() {
	for {
		n := <-p.snapc
		p.id += n
	}
}

func (p *peer) sendSnapshot(n int) {
	p.snapc <- n
}

func TestSnapshot(t *runner.T) {
	p := newPeer(1)
	p.propc <- "a"
	p.sendSnapshot(3)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestSnapshot", TestSnapshot)
}
