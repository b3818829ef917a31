// Command lock-order-cycle-accounts moves money between two accounts, and locks
// both for it. One function, one order in it, "from" before "to": and yet two
// orders, as soon as one transfer goes each way.
package main

import (
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type account struct {
	mu      sync.Mutex
	balance int
}

// The bug: what is "from" for one is "to" for the other. Accounts need an order
// of their own, by number for example, in which everybody locks them.
func transfer(from, to *account, amount int) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()
	from.balance -= amount
	to.balance += amount
}

func main() {
	ada, bob := &account{balance: 1 << 30}, &account{balance: 1 << 30}
	http.HandleFunc("/ada-to-bob", func(http.ResponseWriter, *http.Request) { transfer(ada, bob, 1) })
	debug.Serve()
	// Two standing orders. It takes some thousand rounds at most until they meet.
	pay := func(from, to *account) {
		for {
			transfer(from, to, 1)
		}
	}
	go pay(ada, bob)
	go pay(bob, ada)
	debug.WaitFor("main.transfer", 2)
	select {}
}
