// Package stopwatcher: an event loop fills the buffer of a watcher that has left: the loop stands, and all who ask it.
//
// hang: stopwatcher.(*hub).Watch chan-send no-receiver|holder-blocked|no-sender|never-done|goroutine-leak|lock-order-cycle
// hang: stopwatcher.(*hub).notify chan-send no-receiver
// hang: stopwatcher.(*hub).put chan-send no-receiver|holder-blocked|no-sender|never-done|goroutine-leak|lock-order-cycle
package stopwatcher

import (
	"time"

	"example.com/hangs/runner"
)

type change struct{ rev int }

type watch struct {
	id int
	ch chan change
}

type hub struct {
	add     chan *watch
	changes chan change
	watches []*watch
}

func newHub() *hub {
	h := &hub{add: make(chan *watch), changes: make(chan change)}
	go h.run()
	return h
}

func (h *hub) run() {
	for {
		select {
		case w := <-h.add:
			h.watches = append(h.watches, w)
		case c := <-h.changes:
			h.notify(c)
		}
	}
}

func (h *hub) notify(c change) {
	for _, w := range h.watches {
		w.ch <- c
	}
}

func (h *hub) Watch(id int) *watch {
	w := &watch{id, make(chan change, 2)}
	h.add <- w
	return w
}

func (h *hub) put() {
	for i := 0; ; i++ {
		h.changes <- change{i}
		time.Sleep(5 * time.Millisecond)
	}
}

func (w *watch) until(rev int) {
	for c := range w.ch {
		if c.rev >= rev {
			return
		}
	}
}

func TestWatchUntil(t *runner.T) {
	h := newHub()
	w := h.Watch(1)
	go h.put()
	w.until(4)
	time.Sleep(100 * time.Millisecond)
	h.Watch(2)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestWatchUntil", TestWatchUntil)
}
