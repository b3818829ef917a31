// Package stoppable: a service of three parts, each with a Stop that nobody calls as long as it is wanted; its owner sits
// in a request to it.
//
// healthy
package stoppable

import (
	"sync"
	"time"
)

type part struct {
	work chan func()
	stop chan struct{}
	done sync.WaitGroup
}

func newPart() *part {
	p := &part{work: make(chan func()), stop: make(chan struct{})}
	p.done.Add(1)
	go p.loop()
	return p
}

func (p *part) loop() {
	defer p.done.Done()
	for {
		select {
		case f := <-p.work:
			f()
		case <-p.stop:
			return
		}
	}
}

// Stop stops it.
func (p *part) Stop() {
	close(p.stop)
	p.done.Wait()
}

type service struct{ parts []*part }

func (s *service) run() {
	defer func() {
		for _, p := range s.parts {
			p.Stop()
		}
	}()
	for i := 0; i < 1e6; i++ {
		done := make(chan bool)
		s.parts[i%2].work <- func() { close(done) }
		<-done
		time.Sleep(150 * time.Millisecond)
	}
}

// Run uses two of the three parts.
func Run() {
	s := &service{parts: []*part{newPart(), newPart(), newPart()}}
	s.run()
}
