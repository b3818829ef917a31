// Package selfclose: a goroutine waits for a channel that only itself would close.
//
// hang: selfclose.(*worker).Close chan-receive no-sender|self-deadlock
package selfclose

import (
	"time"

	"example.com/hangs/runner"
)

type worker struct {
	jobs chan func(*worker)
	done chan struct{}
}

func newWorker() *worker {
	w := &worker{make(chan func(*worker)), make(chan struct{})}
	go w.run()
	return w
}

func (w *worker) run() {
	defer close(w.done)
	for j := range w.jobs {
		j(w)
	}
}

func (w *worker) Close() {
	close(w.jobs)
	<-w.done
}

func TestCloseFromJob(t *runner.T) {
	w := newWorker()
	other := newWorker()
	other.jobs <- func(*worker) {}
	other.Close()
	w.jobs <- func(w *worker) { w.Close() }
	time.Sleep(30 * time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCloseFromJob", TestCloseFromJob)
}
