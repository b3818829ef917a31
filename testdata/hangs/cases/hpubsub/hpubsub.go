// Package hpubsub: an event loop with add, remove and events; watchers that come and go; one slow, none stuck.
//
// healthy
package hpubsub

import (
	"time"

	"example.com/hangs/runner"
)

type ev struct{ n int }
type wreq struct {
	ch  chan ev
	add bool
}

type loop struct {
	reqs   chan wreq
	events chan ev
	chs    map[chan ev]bool
}

func newLoop() *loop {
	l := &loop{make(chan wreq), make(chan ev), map[chan ev]bool{}}
	go l.run()
	return l
}

func (l *loop) run() {
	for {
		select {
		case r := <-l.reqs:
			if r.add {
				l.chs[r.ch] = true
			} else {
				delete(l.chs, r.ch)
				close(r.ch)
			}
		case e := <-l.events:
			for c := range l.chs {
				c <- e
			}
		}
	}
}

func (l *loop) watch(slow time.Duration) {
	ch := make(chan ev, 1)
	l.reqs <- wreq{ch, true}
	for range ch {
		time.Sleep(slow)
	}
}

func (l *loop) shortWatch() {
	for {
		ch := make(chan ev, 8)
		l.reqs <- wreq{ch, true}
		<-ch
		go func() {
			for range ch {
			}
		}()
		l.reqs <- wreq{ch, false}
		time.Sleep(30 * time.Millisecond)
	}
}

func TestPubSub(t *runner.T) {
	l := newLoop()
	go l.watch(0)
	go l.watch(25 * time.Millisecond)
	go l.shortWatch()
	for i := 0; ; i++ {
		l.events <- ev{i}
		time.Sleep(10 * time.Millisecond)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestPubSub", TestPubSub)
}
