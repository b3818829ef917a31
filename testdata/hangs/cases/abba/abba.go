// Package abba: two accounts, money moved both ways at once; each move has one account and wants the other.
//
// hang: abba.(*book).move mutex lock-order-cycle x2
package abba

import (
	"sync"
	"time"
)

type account struct {
	mu    sync.Mutex
	cents int
}

type book struct {
	giro, savings account
}

func (b *book) move(from, to *account, cents int) {
	from.mu.Lock()
	defer from.mu.Unlock()
	time.Sleep(60 * time.Millisecond)
	to.mu.Lock()
	defer to.mu.Unlock()
	from.cents -= cents
	to.cents += cents
}

// Run moves both ways.
func Run() {
	b := &book{}
	go b.move(&b.giro, &b.savings, 100)
	go b.move(&b.savings, &b.giro, 250)
}
