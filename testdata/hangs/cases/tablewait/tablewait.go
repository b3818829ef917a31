// Package tablewait: guests wait for a table, and the waiter frees one each now and then.
//
// healthy
package tablewait

import "time"

type restaurant struct {
	tables chan int
}

func (r *restaurant) guest() {
	for {
		table := <-r.tables
		time.Sleep(3 * time.Millisecond)
		r.tables <- table
		time.Sleep(20 * time.Millisecond)
	}
}

// Run lets five guests share two tables.
func Run() {
	r := &restaurant{tables: make(chan int, 2)}
	r.tables <- 1
	r.tables <- 2
	for i := 0; i < 5; i++ {
		go r.guest()
	}
}
