// Package slowfuture: reports take two seconds to be printed; those who ordered wait for a channel of their own.
//
// healthy
package slowfuture

import "time"

type press struct {
	jobs chan chan int
}

func (p *press) run() {
	for page := 0; ; page++ {
		done := <-p.jobs
		time.Sleep(2 * time.Second)
		done <- page
	}
}

func (p *press) order() int {
	done := make(chan int, 1)
	p.jobs <- done
	return <-done
}

// Run has two customers, who come back.
func Run() {
	p := &press{jobs: make(chan chan int)}
	go p.run()
	for i := 0; i < 2; i++ {
		go func() {
			for {
				p.order()
			}
		}()
	}
}
