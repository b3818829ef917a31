// Command semaphore lets three work at a time, of twelve who want to: once with
// golang.org/x/sync/semaphore, once with a channel. Nine always wait, and never for long.
package main

import (
	"context"
	"log"
	"time"

	"golang.org/x/sync/semaphore"

	"example.com/healthy/internal/live"
)

var (
	weighted = semaphore.NewWeighted(3)
	places   = make(chan struct{}, 3)
)

func byWeight(ctx context.Context) {
	if err := weighted.Acquire(ctx, 1); err != nil {
		log.Fatal(err)
	}
	defer weighted.Release(1)
	time.Sleep(5 * time.Millisecond)
}

func byPlace() {
	places <- struct{}{}
	defer func() { <-places }()
	time.Sleep(5 * time.Millisecond)
}

func main() {
	live.Serve()
	live.Work(12, func(int) { byWeight(context.Background()) })
	live.Work(12, func(int) { byPlace() })
	select {}
}
