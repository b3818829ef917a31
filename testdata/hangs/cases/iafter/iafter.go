// Package iafter: goroutines that a timer function, a far deadline or a ticker of a minute will wake, and nobody else.
//
// healthy
package iafter

import (
	"context"
	"time"

	"example.com/hangs/runner"
)

type session struct {
	expired chan struct{}
	n       int
}

func newSession(ttl time.Duration) *session {
	s := &session{expired: make(chan struct{})}
	time.AfterFunc(ttl, func() { close(s.expired) })
	go s.reap()
	return s
}

func (s *session) reap() {
	<-s.expired
	s.n = 0
}

func janitor(ctx context.Context) {
	<-ctx.Done()
}

type sampler struct {
	tick *time.Ticker
	quit chan bool
}

func (s *sampler) loop() {
	for {
		select {
		case <-s.tick.C:
		case <-s.quit:
			return
		}
	}
}

func TestTimers(t *runner.T) {
	for i := 0; i < 3; i++ {
		newSession(40 * time.Second)
	}
	ctx, _ := context.WithTimeout(context.Background(), 30*time.Second)
	go janitor(ctx)
	go (&sampler{time.NewTicker(time.Minute), make(chan bool)}).loop()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestTimers", TestTimers)
}
