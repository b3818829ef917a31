// Package watchers: a store tells its watchers of a change through channels without room, in turn; one watcher has stopped
// and the store's loop stands, and with it whoever sets.
//
// hang: watchers.(*store).notify chan-send no-receiver x1
// hang: watchers.(*store).set chan-send holder-blocked|no-receiver x2
// also: watchers.(*watcher).run
package watchers

import "time"

type change struct{ key, value string }

type watcher struct {
	events chan change
	limit  int
	seen   int
}

type store struct {
	changes  chan change
	watchers []*watcher
}

func (w *watcher) run() {
	for range w.events {
		if w.seen++; w.seen == w.limit {
			return
		}
	}
}

func (s *store) loop() {
	for c := range s.changes {
		s.notify(c)
	}
}

//go:noinline
func (s *store) notify(c change) {
	for _, w := range s.watchers {
		w.events <- c
	}
}

func (s *store) set(key, value string) { s.changes <- change{key, value} }

// Run sets a handful of keys.
func Run() {
	s := &store{changes: make(chan change)}
	for _, limit := range []int{0, 3} {
		w := &watcher{events: make(chan change), limit: limit}
		s.watchers = append(s.watchers, w)
		go w.run()
	}
	go s.loop()
	for i := 0; i < 3; i++ {
		s.set("colour", "red")
		time.Sleep(time.Millisecond)
	}
	for _, key := range []string{"size", "weight", "age"} {
		go s.set(key, "9")
	}
}
