// Package wgblocked: two scribes copy a book; one waits for ink on a channel that nobody fills. The abbot waits for both.
//
// hang: wgblocked.(*scribe).copy chan-receive no-sender x1
// hang: wgblocked.(*abbey).book waitgroup never-done|holder-blocked x1
package wgblocked

import (
	"sync"
	"time"
)

type scribe struct {
	ink  chan int
	line int
}

type abbey struct {
	scribes []*scribe
	writing sync.WaitGroup
}

func (s *scribe) copy(wg *sync.WaitGroup) {
	defer wg.Done()
	for s.line < 3 {
		s.line += <-s.ink
	}
}

func (a *abbey) book() {
	for _, s := range a.scribes {
		a.writing.Add(1)
		go s.copy(&a.writing)
	}
	a.scribes[0].ink <- 3
	a.writing.Wait()
}

// Run copies one.
func Run() {
	a := &abbey{scribes: []*scribe{{ink: make(chan int)}, {ink: make(chan int)}}}
	go a.book()
	time.Sleep(time.Millisecond)
}
