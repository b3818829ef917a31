// Package actor: an account as a goroutine with a mailbox; each request has a reply channel, and there is a pause between.
//
// healthy
package actor

import "time"

type request struct {
	amount int
	reply  chan int
}

type account struct {
	mailbox chan request
}

func (a *account) run() {
	balance := 0
	for r := range a.mailbox {
		balance += r.amount
		r.reply <- balance
	}
}

func (a *account) add(amount int) int {
	r := request{amount, make(chan int)}
	a.mailbox <- r
	return <-r.reply
}

// Run pays in three times a second.
func Run() {
	a := &account{mailbox: make(chan request)}
	go a.run()
	go func() {
		for {
			a.add(7)
			time.Sleep(330 * time.Millisecond)
		}
	}()
}
