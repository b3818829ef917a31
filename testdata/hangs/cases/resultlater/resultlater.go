// Package resultlater: a future is filled by a goroutine that returns early where its input is empty; both who wait for it
// wait for ever, one of them in a test's goroutine.
//
// hang: resultlater.(*future[...]).get chan-receive no-sender x2
// also: resultlater.testFuture
package resultlater

import "example.com/hangs/runner"

type future[T any] struct {
	ready chan struct{}
	value T
}

func start[T any](items []T, pick func([]T) T) *future[T] {
	f := &future[T]{ready: make(chan struct{})}
	go func() {
		if len(items) == 0 {
			return
		}
		f.value = pick(items)
		close(f.ready)
	}()
	return f
}

//go:noinline
func (f *future[T]) get() T {
	<-f.ready
	return f.value
}

func testFuture(t *runner.T) {
	f := start(nil, func(words []string) string { return words[0] })
	go f.get()
	if word := f.get(); word != "" {
		t.Fatalf("%s", word)
	}
}

// Run is the test.
func Run() { runner.Run("TestFuture", testFuture) }
