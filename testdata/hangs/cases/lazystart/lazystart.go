// Package lazystart: those who come first wait at a gate that opens after 400 ms of preparation, and go through it all.
//
// healthy
package lazystart

import (
	"sync"
	"time"
)

type theatre struct {
	once sync.Once
	open chan struct{}
	seen sync.WaitGroup
}

func (t *theatre) prepare() {
	time.Sleep(400 * time.Millisecond)
	close(t.open)
}

func (t *theatre) visit() {
	defer t.seen.Done()
	t.once.Do(func() { go t.prepare() })
	<-t.open
}

// Run plays one evening after the other.
func Run() {
	for {
		t := &theatre{open: make(chan struct{})}
		t.seen.Add(4)
		for i := 0; i < 4; i++ {
			go t.visit()
		}
		t.seen.Wait()
	}
}
