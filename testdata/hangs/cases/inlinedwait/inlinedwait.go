// Package inlinedwait: a test's helper makes a closure that waits for a starter's gun, which is never loaded.
//
// hang: inlinedwait.testRace.(*race).runner.func1 chan-receive no-sender|goroutine-leak x1
// hang: inlinedwait.testRace.(*race).runner.func2 chan-receive no-sender|goroutine-leak x1
package inlinedwait

import "example.com/hangs/runner"

type race struct {
	gun    chan struct{}
	loaded bool
	steps  int
}

func (r *race) runner() func() {
	return func() {
		<-r.gun
		r.steps++
	}
}

func (r *race) start() {
	if r.loaded {
		close(r.gun)
	}
}

func testRace(t *runner.T) {
	r := &race{gun: make(chan struct{})}
	go r.runner()()
	go r.runner()()
	r.start()
}

// Run is a test that ends before its runners do.
func Run() { runner.Run("TestRace", testRace) }
