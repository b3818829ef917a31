// Package ntokens: a limiter gives a token every two seconds; five wait for one; a flight of five waits for one slow
// call.
//
// healthy
package ntokens

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type limiter struct{ tokens chan struct{} }

func newLimiter(every time.Duration) *limiter {
	l := &limiter{make(chan struct{})}
	go func() {
		for range time.Tick(every) {
			l.tokens <- struct{}{}
		}
	}()
	return l
}

func (l *limiter) take() { <-l.tokens }

type flight struct {
	mu sync.Mutex
	c  *pending
}
type pending struct {
	wg  sync.WaitGroup
	val string
}

func (f *flight) do(fn func() string) string {
	f.mu.Lock()
	if c := f.c; c != nil {
		f.mu.Unlock()
		c.wg.Wait()
		return c.val
	}
	c := &pending{}
	c.wg.Add(1)
	f.c = c
	f.mu.Unlock()
	c.val = fn()
	c.wg.Done()
	return c.val
}

func TestTokens(t *runner.T) {
	l := newLimiter(2 * time.Second)
	f := &flight{}
	for i := 0; i < 5; i++ {
		go func() {
			for {
				l.take()
			}
		}()
		go f.do(func() string {
			time.Sleep(10 * time.Second)
			return "x"
		})
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestTokens", TestTokens)
}
