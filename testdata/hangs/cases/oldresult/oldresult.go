// Package oldresult: a dial's result is sent after its caller took the other dial's.
//
// hang: oldresult.(*racer).Race.func1 chan-send no-receiver|goroutine-leak
package oldresult

import (
	"time"

	"example.com/hangs/runner"
)

type dialResult struct{ addr string }

type racer struct{ addrs []string }

func (r *racer) dial(a string, d time.Duration) dialResult {
	time.Sleep(d)
	return dialResult{a}
}

func (r *racer) Race() dialResult {
	ch := make(chan dialResult)
	for i, a := range r.addrs {
		go func(i int, a string) {
			ch <- r.dial(a, time.Duration(i+1)*10*time.Millisecond)
		}(i, a)
	}
	return <-ch
}

func TestRace(t *runner.T) {
	r := &racer{[]string{"a", "b", "c"}}
	t.Fatalf("%v", r.Race())
}

// Run runs it as a test.
func Run() {
	runner.Run("TestRace", TestRace)
}
