// Command lock-order-cycle-three is a supper of three who share three forks. Each
// takes the left one and then the right one. When all have the left one, each
// waits for a neighbour.
package main

import (
	"sync"

	"example.com/bugs/internal/debug"
)

type table struct {
	forks [3]sync.Mutex
	eaten [3]int
}

// eat needs both forks. The bug: everybody takes the left one first, so that the
// order of the locks is a ring. If one of them began with the right one, all would eat.
func (t *table) eat(seat int) {
	left, right := &t.forks[seat], &t.forks[(seat+1)%len(t.forks)]
	left.Lock()
	defer left.Unlock()
	// They sit down together, and have a word with each other first.
	t.talk()
	right.Lock()
	defer right.Unlock()
	t.eaten[seat]++
}

var seated sync.WaitGroup

func (t *table) talk() {
	seated.Done()
	seated.Wait()
}

func main() {
	debug.Serve()
	var t table
	seated.Add(len(t.forks))
	for seat := range t.forks {
		go t.eat(seat)
	}
	select {}
}
