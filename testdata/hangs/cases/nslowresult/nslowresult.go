// Package nslowresult: a caller waits for a result whose maker sleeps for seconds; a consumer ranges over what comes
// every five seconds.
//
// healthy
package nslowresult

import (
	"time"

	"example.com/hangs/runner"
)

type fetcher struct{ cache map[string]int }

func (f *fetcher) fetch(k string) int {
	time.Sleep(9 * time.Second)
	return len(k)
}

func (f *fetcher) Get(k string) int {
	done := make(chan int)
	go func() { done <- f.fetch(k) }()
	return <-done
}

type meter struct{ out chan int }

func (m *meter) produce() {
	for i := 0; ; i++ {
		time.Sleep(5 * time.Second)
		m.out <- i
	}
}

func (m *meter) consume() (n int) {
	for v := range m.out {
		n += v
	}
	return n
}

func TestSlow(t *runner.T) {
	m := &meter{make(chan int)}
	go m.produce()
	go m.consume()
	(&fetcher{}).Get("a")
}

// Run runs it as a test.
func Run() {
	runner.Run("TestSlow", TestSlow)
}
