// Package onceresult: a one-shot result is received by the first caller; the second waits for ever.
//
// hang: onceresult.TestGetTwice chan-receive holder-blocked|no-sender|no-receiver|never-done|goroutine-leak|lock-order-cycle
// hang: onceresult.(*future).Get chan-receive no-sender|goroutine-leak
package onceresult

import (
	"fmt"

	"example.com/hangs/runner"
)

type future struct {
	ch  chan int
	val int
}

func newFuture(f func() int) *future {
	fu := &future{ch: make(chan int, 1)}
	go func() { fu.ch <- f() }()
	return fu
}

func (f *future) Get() int {
	return <-f.ch
}

type cell struct {
	f    *future
	refs int
}

func (c *cell) render(out chan<- string) {
	out <- fmt.Sprint(c.f.Get())
}

func TestGetTwice(t *runner.T) {
	c := &cell{f: newFuture(func() int { return 42 })}
	out := make(chan string, 2)
	go c.render(out)
	go c.render(out)
	for i := 0; i < 2; i++ {
		s := <-out
		t.Fatalf("%v", s)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestGetTwice", TestGetTwice)
}
