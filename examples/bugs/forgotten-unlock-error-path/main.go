// Command forgotten-unlock-error-path keeps an account. It worked for months,
// until somebody asked for more than there was: that path returns with the
// mutex locked.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"example.com/bugs/internal/debug"
)

var errTooLittle = errors.New("not enough money")

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) deposit(amount int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += amount
	return a.balance
}

func (a *account) withdraw(amount int) (int, error) {
	a.mu.Lock()
	if amount > a.balance {
		// The bug: this return leaves the mutex locked. Here ends what can be seen of it
		// in a capture; unhang finds this line in the source, if it has it.
		return 0, errTooLittle
	}
	a.balance -= amount
	balance := a.balance
	a.mu.Unlock()
	return balance, nil
}

func main() {
	var savings account
	amountOf := func(r *http.Request) int {
		amount, _ := strconv.Atoi(r.FormValue("amount"))
		return amount
	}
	http.HandleFunc("/deposit", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, savings.deposit(amountOf(r)))
	})
	http.HandleFunc("/withdraw", func(w http.ResponseWriter, r *http.Request) {
		balance, err := savings.withdraw(amountOf(r))
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		fmt.Fprintln(w, balance)
	})
	debug.Serve()
	debug.Call("/deposit?amount=100")
	debug.Call("/withdraw?amount=30")
	debug.Call("/withdraw?amount=80")
	debug.Visit("/withdraw?amount=10", 4)
	debug.Visit("/deposit?amount=10", 3)
	select {}
}
