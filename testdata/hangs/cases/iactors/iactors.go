// Package iactors: forty actors that wait for mail, some get some, most never did; a directory in a global variable
// knows them.
//
// healthy
package iactors

import (
	"fmt"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type letter struct{ body string }

type actor struct {
	name string
	box  chan letter
	stop chan struct{}
	got  int
}

var directory sync.Map

func spawn(name string) {
	a := &actor{name, make(chan letter), make(chan struct{}), 0}
	directory.Store(name, a)
	go a.receive()
}

func (a *actor) receive() {
	for {
		select {
		case l := <-a.box:
			a.handle(l)
		case <-a.stop:
			return
		}
	}
}

func (a *actor) handle(l letter) { a.got += len(l.body) }

func tell(name, body string) {
	if a, ok := directory.Load(name); ok {
		a.(*actor).box <- letter{body}
	}
}

func TestActors(t *runner.T) {
	for i := 0; i < 40; i++ {
		spawn(fmt.Sprint("a", i))
	}
	for i := 0; ; i++ {
		tell(fmt.Sprint("a", i%5), "hello")
		time.Sleep(100 * time.Millisecond)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestActors", TestActors)
}
