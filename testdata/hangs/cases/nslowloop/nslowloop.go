// Package nslowloop: an event loop that works for two seconds a request: askers stand in the send and in the receive
// of the reply.
//
// healthy
package nslowloop

import (
	"time"

	"example.com/hangs/runner"
)

type demand struct {
	n     int
	reply chan int
}

type actor struct{ in chan demand }

func startActor() *actor {
	a := &actor{make(chan demand)}
	go a.loop()
	return a
}

func (a *actor) loop() {
	for d := range a.in {
		d.reply <- a.compute(d.n)
	}
}

func (a *actor) compute(n int) int {
	time.Sleep(2 * time.Second)
	return n * n
}

func (a *actor) Ask(n int) int {
	d := demand{n, make(chan int)}
	a.in <- d
	return <-d.reply
}

func TestAsk(t *runner.T) {
	a := startActor()
	for i := 0; i < 3; i++ {
		go func() {
			for {
				a.Ask(i)
			}
		}()
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestAsk", TestAsk)
}
