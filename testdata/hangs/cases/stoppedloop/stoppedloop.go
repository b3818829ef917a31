// Package stoppedloop: stop asks a loop that has already returned.
//
// hang: stoppedloop.(*reconciler).Shutdown chan-send no-receiver|goroutine-leak
package stoppedloop

import (
	"errors"
	"time"

	"example.com/hangs/runner"
)

type reconciler struct {
	queue chan string
	stop  chan struct{}
	errs  int
	max   int
}

func newReconciler(max int) *reconciler {
	r := &reconciler{queue: make(chan string, 4), stop: make(chan struct{}), max: max}
	go r.run()
	return r
}

func (r *reconciler) reconcile(key string) error {
	if key == "" {
		return errors.New("empty key")
	}
	return nil
}

func (r *reconciler) run() {
	for {
		select {
		case key := <-r.queue:
			if err := r.reconcile(key); err != nil {
				r.errs++
				if r.errs > r.max {
					return
				}
			}
		case <-r.stop:
			return
		}
	}
}

func (r *reconciler) Shutdown() {
	r.stop <- struct{}{}
}

func TestShutdownAfterErrors(t *runner.T) {
	r := newReconciler(0)
	ok := newReconciler(3)
	r.queue <- ""
	ok.queue <- ""
	time.Sleep(20 * time.Millisecond)
	ok.Shutdown()
	done := make(chan struct{})
	go func() {
		r.Shutdown()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(100 * time.Millisecond):
		t.Fatalf("does not stop")
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestShutdownAfterErrors", TestShutdownAfterErrors)
}
