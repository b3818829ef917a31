// Command actors gives each account a goroutine of its own and no mutex: who
// wants something sends a question with a channel for the answer.
package main

import (
	"example.com/healthy/internal/live"
)

type question struct {
	add    int
	answer chan int
}

type account struct{ inbox chan question }

func open() *account {
	a := &account{make(chan question)}
	go a.run()
	return a
}

func (a *account) run() {
	balance := 0
	for q := range a.inbox {
		balance += q.add
		q.answer <- balance
	}
}

func (a *account) add(n int) int {
	q := question{n, make(chan int)}
	a.inbox <- q
	return <-q.answer
}

func main() {
	accounts := make([]*account, 20)
	for i := range accounts {
		accounts[i] = open()
	}
	live.Serve()
	// Half of the accounts are never asked.
	live.Work(10, func(i int) {
		accounts[i].add(1)
		live.Pause()
	})
	select {}
}
