// Package timedout: a library asks another for a book and gives up after a while; who got the book then cannot hand it over.
//
// hang: timedout.(*library).fetch.func1 chan-send no-receiver|goroutine-leak x1
package timedout

import (
	"context"
	"errors"
	"time"

	"example.com/hangs/runner"
)

type book struct{ title string }

type library struct {
	slow time.Duration
}

func (l *library) fetch(ctx context.Context, title string) (*book, error) {
	found := make(chan *book)
	go func() {
		time.Sleep(l.slow)
		found <- &book{title}
	}()
	select {
	case b := <-found:
		return b, nil
	case <-ctx.Done():
		return nil, errors.New("given up")
	}
}

func testFetch(t *runner.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	l := &library{slow: 30 * time.Millisecond}
	if b, err := l.fetch(ctx, "Krabat"); err == nil {
		t.Fatalf("got %s", b.title)
	}
}

// Run is a test of it, which passes.
func Run() { runner.Run("TestFetch", testFetch) }
