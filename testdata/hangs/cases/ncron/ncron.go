// Package ncron: a scheduler takes jobs and waits for the next one's time, in half a minute; who set it up has ended.
//
// healthy
package ncron

import (
	"net/http"
	"slices"
	"time"
)

type job struct {
	at  time.Time
	run func()
}

type scheduler struct {
	add  chan job
	stop chan struct{}
}

func (s *scheduler) loop() {
	var next []job
	for {
		var due <-chan time.Time
		if len(next) > 0 {
			due = time.After(time.Until(next[0].at))
		}
		select {
		case j := <-s.add:
			next = append(next, j)
			slices.SortFunc(next, func(a, b job) int { return a.at.Compare(b.at) })
		case <-due:
			go next[0].run()
			next = next[1:]
		case <-s.stop:
			return
		}
	}
}

func setup(s *scheduler) {
	go s.loop()
	for i := range 4 {
		s.add <- job{time.Now().Add(time.Duration(i+1) * 30 * time.Second), func() {}}
	}
}

// Run leaves it with four jobs.
func Run() {
	s := &scheduler{make(chan job), make(chan struct{})}
	http.HandleFunc("/ncron", func(http.ResponseWriter, *http.Request) { s.add <- job{time.Now(), func() {}} })
	go setup(s)
}
