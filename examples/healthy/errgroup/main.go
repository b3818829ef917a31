// Command errgroup fetches batches: a group of goroutines for each, at most
// three of them at a time, and one that waits until the last has come.
package main

import (
	"context"
	"log"
	"time"

	"golang.org/x/sync/errgroup"

	"example.com/healthy/internal/live"
)

func fetch(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func batch(size int) error {
	group, ctx := errgroup.WithContext(context.Background())
	group.SetLimit(3)
	for i := 0; i < size; i++ {
		d := time.Duration(i%5) * 4 * time.Millisecond
		group.Go(func() error { return fetch(ctx, d) })
	}
	return group.Wait()
}

func main() {
	live.Serve()
	live.Work(4, func(int) {
		if err := batch(10); err != nil {
			log.Fatal(err)
		}
	})
	select {}
}
