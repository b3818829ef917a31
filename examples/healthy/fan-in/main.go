// Command fan-in merges what several sources send into one channel, and closes
// it when the last source has ended, as the Go blog shows it. Here no source
// ever ends, and two have something to say once in an hour.
package main

import (
	"sync"
	"time"

	"example.com/healthy/internal/live"
)

func merge(sources ...<-chan int) <-chan int {
	out := make(chan int)
	var wg sync.WaitGroup
	wg.Add(len(sources))
	for _, source := range sources {
		go func(source <-chan int) {
			defer wg.Done()
			for n := range source {
				out <- n
			}
		}(source)
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out
}

// source sends a number now and then; at rest only once in an hour.
func source(every time.Duration) <-chan int {
	out := make(chan int)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-time.After(every):
				out <- n
			case <-live.Rest():
				time.Sleep(time.Hour)
			}
		}
	}()
	return out
}

func main() {
	live.Serve()
	for range merge(source(5*time.Millisecond), source(9*time.Millisecond), source(time.Hour), source(time.Hour)) {
		live.Done()
	}
}
