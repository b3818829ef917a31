// Command worker-pool has six workers, who wait for jobs, and one who collects
// what they made. At rest nobody sends a job: that is no bug.
package main

import (
	"sync"
	"time"

	"example.com/healthy/internal/live"
)

type job struct{ number int }

type result struct{ square int }

func worker(jobs <-chan job, results chan<- result) {
	for j := range jobs {
		time.Sleep(time.Millisecond)
		results <- result{j.number * j.number}
	}
}

type totals struct {
	mu  sync.Mutex
	sum int
}

func (t *totals) collect(results <-chan result) {
	for r := range results {
		t.mu.Lock()
		t.sum += r.square
		t.mu.Unlock()
		live.Done()
	}
}

func main() {
	jobs := make(chan job)
	results := make(chan result)
	for i := 0; i < 6; i++ {
		go worker(jobs, results)
	}
	go new(totals).collect(results)
	live.Serve()
	live.Work(3, func(i int) {
		jobs <- job{i}
		live.Pause()
	})
	select {}
}
