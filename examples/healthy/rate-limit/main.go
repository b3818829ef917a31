// Command rate-limit sends no more than a hundred mails a second, however many
// are to be sent: the senders wait for the limiter, on purpose and all the time.
package main

import (
	"context"
	"time"

	"example.com/healthy/internal/live"
)

type limiter struct{ tokens chan struct{} }

func newLimiter(every time.Duration) *limiter {
	l := &limiter{make(chan struct{}, 1)}
	go func() {
		for range time.Tick(every) {
			select {
			case l.tokens <- struct{}{}:
			default: // nobody needs one
			}
		}
	}()
	return l
}

func (l *limiter) wait(ctx context.Context) error {
	select {
	case <-l.tokens:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func send(l *limiter, mails <-chan string) {
	for range mails {
		if err := l.wait(context.Background()); err != nil {
			return
		}
		live.Done()
	}
}

func main() {
	l := newLimiter(10 * time.Millisecond)
	mails := make(chan string)
	for i := 0; i < 3; i++ {
		go send(l, mails)
	}
	live.Serve()
	live.Work(5, func(int) { mails <- "hello" })
	select {}
}
