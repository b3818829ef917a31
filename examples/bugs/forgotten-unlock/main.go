// Command forgotten-unlock takes orders. The function that numbers them locks a
// mutex and nobody unlocks it: the first order is taken, every later one waits.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type orders struct {
	mu   sync.Mutex
	last int
}

// next gives each order a number.
func (o *orders) next() int {
	o.mu.Lock()
	// The bug: "defer o.mu.Unlock()" is missing. A mutex knows no owner, so nothing
	// complains when the goroutine that locked it returns, and then ends.
	o.last++
	return o.last
}

func main() {
	var all orders
	http.HandleFunc("/order", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "order", all.next())
	})
	debug.Serve()
	debug.Call("/order")
	debug.Visit("/order", 9)
	select {}
}
