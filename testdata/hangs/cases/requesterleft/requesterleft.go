// Package requesterleft: a requester leaves after its time-out; the loop stands in the reply, and all later requests
// behind it.
//
// hang: requesterleft.(*applier).serve chan-send no-receiver
// hang: requesterleft.(*applier).Apply chan-send no-receiver|holder-blocked|no-sender|never-done|goroutine-leak|lock-order-cycle
package requesterleft

import (
	"errors"
	"time"

	"example.com/hangs/runner"
)

type rpc struct {
	n     int
	reply chan int
}

type applier struct {
	rpcs chan rpc
	cost time.Duration
}

func startApplier(cost time.Duration) *applier {
	a := &applier{make(chan rpc), cost}
	go a.serve()
	return a
}

func (a *applier) serve() {
	for r := range a.rpcs {
		time.Sleep(time.Duration(r.n) * a.cost)
		r.reply <- r.n * 2
	}
}

func (a *applier) Apply(n int, limit time.Duration) (int, error) {
	r := rpc{n, make(chan int)}
	a.rpcs <- r
	select {
	case v := <-r.reply:
		return v, nil
	case <-time.After(limit):
		return 0, errors.New("time out")
	}
}

func TestApplySlow(t *runner.T) {
	a := startApplier(5 * time.Millisecond)
	b := startApplier(time.Millisecond)
	a.Apply(1, time.Second)
	a.Apply(10, 20*time.Millisecond)
	for i := 0; i < 3; i++ {
		go a.Apply(1, time.Second)
	}
	go func() {
		for {
			b.Apply(1, time.Second)
		}
	}()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestApplySlow", TestApplySlow)
}
