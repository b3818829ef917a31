// Command lock-order-cycle sells tickets. A sale locks the seats and then the
// till; the evening's report locks the till and then the seats. Each is right by
// itself. When both run at once, each holds what the other waits for.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type theatre struct {
	seats sync.Mutex
	free  int

	till  sync.Mutex
	money int
}

// sell locks the seats first …
func (t *theatre) sell(price int) {
	t.seats.Lock()
	defer t.seats.Unlock()
	t.free--
	t.till.Lock()
	defer t.till.Unlock()
	t.money += price
}

// report locks the till first. The bug is in neither function: there is no
// order in which both take the two.
func (t *theatre) report() string {
	t.till.Lock()
	defer t.till.Unlock()
	money := t.money
	t.seats.Lock()
	defer t.seats.Unlock()
	return fmt.Sprintln(money, "taken,", t.free, "seats free")
}

func main() {
	t := &theatre{free: 1 << 40}
	http.HandleFunc("/sell", func(w http.ResponseWriter, r *http.Request) { t.sell(20) })
	debug.Serve()
	// The box office and the accountant at work: it takes some thousand rounds at most until they meet.
	go func() {
		for {
			t.sell(15)
		}
	}()
	go func() {
		for {
			t.report()
		}
	}()
	debug.WaitFor("main.(*theatre).report", 1)
	debug.Visit("/sell", 5)
	select {}
}
