// Package stopinloop: the event loop calls the API that asks the event loop.
//
// hang: stopinloop.(*raftNode).do chan-send|chan-receive no-receiver|self-deadlock|no-sender|holder-blocked|never-done|goroutine-leak|lock-order-cycle
package stopinloop

import (
	"time"

	"example.com/hangs/runner"
)

type op struct {
	run func()
	ack chan struct{}
}

type raftNode struct {
	ops   chan op
	stopc chan struct{}
	tick  *time.Ticker
	term  int
}

func startNode() *raftNode {
	n := &raftNode{ops: make(chan op), stopc: make(chan struct{}), tick: time.NewTicker(5 * time.Millisecond)}
	go n.loop()
	return n
}

func (n *raftNode) do(f func()) {
	o := op{f, make(chan struct{})}
	n.ops <- o
	<-o.ack
}

func (n *raftNode) Campaign() {
	n.do(func() {
		n.term++
		n.becomeCandidate()
	})
}

func (n *raftNode) becomeCandidate() {
	n.do(func() { n.term++ })
}

func (n *raftNode) loop() {
	defer n.tick.Stop()
	for {
		select {
		case o := <-n.ops:
			o.run()
			close(o.ack)
		case <-n.tick.C:
		case <-n.stopc:
			return
		}
	}
}

func TestCampaign(t *runner.T) {
	n := startNode()
	go n.Campaign()
	time.Sleep(50 * time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCampaign", TestCampaign)
}
