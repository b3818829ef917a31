// Package interfacelock: a guard is given any Locker, and does not unlock where the visitor has no ticket.
//
// hang: interfacelock.(*guard).admit mutex forgotten-unlock x2
package interfacelock

import (
	"sync"
	"time"
)

type guard struct {
	door  sync.Locker
	count int
}

func (g *guard) admit(ticket bool) bool {
	g.door.Lock()
	if ticket {
		g.count++
		g.door.Unlock()
	}
	return ticket
}

// Run admits some.
func Run() {
	g := &guard{door: &sync.Mutex{}}
	for _, ticket := range []bool{true, false, true, true} {
		go g.admit(ticket)
		time.Sleep(2 * time.Millisecond)
	}
}
