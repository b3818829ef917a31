// Package cancellost: a cancel function is overwritten: the first goroutine waits for a context that nobody can
// cancel.
//
// hang: cancellost.(*session).keepAlive chan-receive no-sender|goroutine-leak|holder-blocked|no-receiver|never-done|lock-order-cycle
package cancellost

import (
	"context"
	"time"

	"example.com/hangs/runner"
)

type session struct {
	cancel context.CancelFunc
	beats  chan int
}

func (s *session) keepAlive(ctx context.Context, id int) {
	<-ctx.Done()
	s.beats <- id
}

func (s *session) Reset(id int) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go s.keepAlive(ctx, id)
}

func (s *session) Close() int {
	s.cancel()
	return <-s.beats
}

func TestResetTwice(t *runner.T) {
	s := &session{beats: make(chan int)}
	s.Reset(1)
	s.Reset(2)
	t.Fatalf("%d", s.Close())
	time.Sleep(20 * time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestResetTwice", TestResetTwice)
}
