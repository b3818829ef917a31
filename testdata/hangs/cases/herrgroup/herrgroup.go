// Package herrgroup: errgroup pipelines again and again, each of a few hundred ms.
//
// healthy
package herrgroup

import (
	"context"
	"time"

	"example.com/hangs/runner"
	"golang.org/x/sync/errgroup"
)

type crawl struct{ depth int }

func (c *crawl) stage(ctx context.Context, in <-chan int, out chan<- int) error {
	defer close(out)
	for n := range in {
		time.Sleep(5 * time.Millisecond)
		select {
		case out <- n + 1:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (c *crawl) run() (sum int) {
	g, ctx := errgroup.WithContext(context.Background())
	chs := []chan int{make(chan int)}
	for i := 0; i < c.depth; i++ {
		out := make(chan int)
		in := chs[i]
		chs = append(chs, out)
		g.Go(func() error { return c.stage(ctx, in, out) })
	}
	g.Go(func() error {
		defer close(chs[0])
		for i := 0; i < 40; i++ {
			chs[0] <- i
		}
		return nil
	})
	g.Go(func() error {
		for n := range chs[c.depth] {
			sum += n
		}
		return nil
	})
	g.Wait()
	return sum
}

func TestCrawl(t *runner.T) {
	for {
		(&crawl{3}).run()
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCrawl", TestCrawl)
}
