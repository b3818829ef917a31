// Command fan-in merges what several sources send into one channel, and closes
// it when the last source has ended, as the Go blog shows it. Here no source
// ever ends, and some have nothing to say.
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

// source sends a number now and then until rest is asked for, and then waits to be told to begin again.
func source(every time.Duration, again <-chan struct{}) <-chan int {
	out := make(chan int)
	go func() {
		for n := 0; ; n++ {
			select {
			case out <- n:
			case <-again:
			}
			if live.Resting() {
				<-again
			}
			time.Sleep(every)
		}
	}()
	return out
}

func main() {
	again := make(chan struct{})
	silent := make(chan int)
	merged := merge(source(5*time.Millisecond, again), source(9*time.Millisecond, again), silent, silent)
	go func() {
		for range merged {
			live.Done()
		}
	}()
	live.Serve()
	<-again
}
