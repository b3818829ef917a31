// Package watchselect: a select of a result and a stop channel: the producer left, and nobody keeps the stop channel's
// owner alive.
//
// hang: watchselect.(*watcher).dispatch select no-sender|goroutine-leak
package watchselect

import (
	"errors"

	"example.com/hangs/runner"
)

type watchEvent struct{ key string }

type watcher struct {
	resultc chan watchEvent
	stopc   chan struct{}
	seen    int
}

type source struct {
	events []watchEvent
}

func (s *source) stream(w *watcher) {
	for _, e := range s.events {
		w.resultc <- e
	}
}

func newWatcher(s *source) *watcher {
	w := &watcher{resultc: make(chan watchEvent), stopc: make(chan struct{})}
	go s.stream(w)
	go w.dispatch()
	return w
}

func (w *watcher) dispatch() {
	for {
		select {
		case <-w.resultc:
			w.seen++
		case <-w.stopc:
			return
		}
	}
}

func (w *watcher) Stop() { close(w.stopc) }

func open(fail bool) (*watcher, error) {
	w := newWatcher(&source{[]watchEvent{{"a"}, {"b"}}})
	if fail {
		return nil, errors.New("unauthorised")
	}
	return w, nil
}

func TestOpenFails(t *runner.T) {
	w, err := open(true)
	if err != nil {
		t.Fatalf("%v", err)
		return
	}
	w.Stop()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestOpenFails", TestOpenFails)
}
