// Package quitfirst: the collecting loop quits while its workers still have a result.
//
// hang: quitfirst.(*dispatcher).work chan-send no-receiver|goroutine-leak
package quitfirst

import (
	"time"

	"example.com/hangs/runner"
)

type job struct{ id int }
type outcome struct{ id int }

type dispatcher struct {
	results chan outcome
	quit    chan struct{}
	gone    chan struct{}
	sum     int
}

func newDispatcher(workers int) *dispatcher {
	d := &dispatcher{make(chan outcome), make(chan struct{}), make(chan struct{}), 0}
	for i := 0; i < workers; i++ {
		go d.work(job{i})
	}
	go d.collect()
	return d
}

func (d *dispatcher) work(j job) {
	time.Sleep(time.Duration(10+j.id*10) * time.Millisecond)
	d.results <- outcome{j.id}
}

func (d *dispatcher) collect() {
	defer close(d.gone)
	for {
		select {
		case o := <-d.results:
			d.sum += o.id
		case <-d.quit:
			return
		}
	}
}

func TestQuitEarly(t *runner.T) {
	d := newDispatcher(4)
	time.Sleep(25 * time.Millisecond)
	close(d.quit)
	<-d.gone
	time.Sleep(100 * time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestQuitEarly", TestQuitEarly)
}
