// Package npipelinerest: a generator whose reader has left is stuck; beside it a queue at rest, its workers and their
// collector, which a page feeds, set up and first fed by the same goroutine.
//
// hang: npipelinerest.numbers.func1 chan-send no-receiver|goroutine-leak x1
package npipelinerest

import "net/http"

type queue struct{ in, out chan int }

func (q *queue) worker() {
	for v := range q.in {
		q.out <- v + 1
	}
}

func (q *queue) collect() (n int) {
	for range q.out {
		n++
	}
	return n
}

func numbers(n int) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		for i := range n {
			c <- i
		}
	}()
	return c
}

func firstOver(in <-chan int, limit int) int {
	for v := range in {
		if v > limit {
			return v
		}
	}
	return -1
}

func setup(q *queue) {
	for range 2 {
		go q.worker()
	}
	go q.collect()
	for v := range 4 {
		q.in <- v
	}
	go firstOver(numbers(99), 4)
}

// Run sets both up.
func Run() {
	q := &queue{make(chan int), make(chan int)}
	http.HandleFunc("/npipelinerest", func(http.ResponseWriter, *http.Request) { q.in <- 5 })
	go setup(q)
}
