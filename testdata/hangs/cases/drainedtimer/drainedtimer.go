// Package drainedtimer: a stopped timer is drained although its value has been taken.
//
// hang: drainedtimer.TestPollerStops chan-receive holder-blocked|no-sender|no-receiver|never-done|goroutine-leak|lock-order-cycle
// hang: drainedtimer.(*backoff).reset chan-receive no-sender|self-deadlock|holder-blocked|no-receiver|never-done|goroutine-leak|lock-order-cycle
package drainedtimer

import (
	"time"

	"example.com/hangs/runner"
)

type backoff struct {
	t     *time.Timer
	fired int
}

func newBackoff(d time.Duration) *backoff { return &backoff{t: time.NewTimer(d)} }

func (b *backoff) reset(d time.Duration) {
	if !b.t.Stop() {
		<-b.t.C
	}
	b.t.Reset(d)
}

func (b *backoff) wait(stop <-chan struct{}) bool {
	select {
	case <-b.t.C:
		b.fired++
		return true
	case <-stop:
		return false
	}
}

type poller struct {
	b    *backoff
	stop chan struct{}
	done chan struct{}
}

func newPoller() *poller {
	p := &poller{newBackoff(5 * time.Millisecond), make(chan struct{}), make(chan struct{})}
	go p.loop()
	return p
}

func (p *poller) loop() {
	defer close(p.done)
	for p.b.wait(p.stop) {
		p.b.reset(5 * time.Millisecond)
	}
}

func TestPollerStops(t *runner.T) {
	p := newPoller()
	time.Sleep(50 * time.Millisecond)
	close(p.stop)
	<-p.done
}

// Run runs it as a test.
func Run() {
	runner.Run("TestPollerStops", TestPollerStops)
}
