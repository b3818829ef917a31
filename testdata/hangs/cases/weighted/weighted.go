// Package weighted: golang.org/x/sync/semaphore: a weight is acquired twice and released once.
//
// hang: weighted.(*compactor).compact semaphore|select|chan-receive pool-exhausted|no-sender|unknown
package weighted

import (
	"context"
	"fmt"
	"time"

	"example.com/hangs/runner"
	"golang.org/x/sync/semaphore"
)

type compactor struct {
	sem *semaphore.Weighted
	log []string
}

func (c *compactor) plan(ctx context.Context, level int) error {
	if err := c.sem.Acquire(ctx, 2); err != nil {
		return err
	}
	if level == 0 {
		return nil
	}
	c.sem.Release(2)
	return nil
}

func (c *compactor) compact(ctx context.Context, level int) error {
	if err := c.sem.Acquire(ctx, 3); err != nil {
		return err
	}
	defer c.sem.Release(3)
	c.log = append(c.log, fmt.Sprint(level))
	return nil
}

func TestCompactAfterPlan(t *runner.T) {
	c := &compactor{sem: semaphore.NewWeighted(4)}
	ctx := context.Background()
	c.plan(ctx, 1)
	c.plan(ctx, 0)
	go c.compact(ctx, 1)
	time.Sleep(20 * time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCompactAfterPlan", TestCompactAfterPlan)
}
