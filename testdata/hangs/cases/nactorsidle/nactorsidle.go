// Package nactorsidle: six actors of one kind; two ask each other under their locks, four have nothing to do.
//
// hang: nactorsidle.(*actor).state mutex lock-order-cycle x2
package nactorsidle

import (
	"net/http"
	"sync"
	"time"
)

type actor struct {
	mu    sync.Mutex
	id    int
	inbox chan func(*actor)
}

func (a *actor) run() {
	for f := range a.inbox {
		f(a)
	}
}

func (a *actor) state() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.id
}

func (a *actor) poke(b *actor) {
	a.mu.Lock()
	defer a.mu.Unlock()
	time.Sleep(5 * time.Millisecond)
	a.id += b.state()
}

var actors []*actor

func setup() {
	for i := range 6 {
		a := &actor{id: i, inbox: make(chan func(*actor))}
		actors = append(actors, a)
		go a.run()
	}
	actors[0].inbox <- func(a *actor) { a.poke(actors[1]) }
	actors[1].inbox <- func(a *actor) { a.poke(actors[0]) }
}

// Run gives two of them something to do.
func Run() {
	http.HandleFunc("/nactorsidle", func(http.ResponseWriter, *http.Request) { actors[3].inbox <- func(*actor) {} })
	go setup()
}
