// Package xsemaphore: a weighted semaphore of golang.org/x/sync for the wool of a weaving mill; a loom that breaks keeps
// its share, and the next wait for it.
//
// hang: xsemaphore.(*mill).weave select|semaphore|chan-receive pool-exhausted x2
package xsemaphore

import (
	"context"
	"errors"

	"golang.org/x/sync/semaphore"
)

type mill struct {
	wool *semaphore.Weighted
}

func (m *mill) weave(ctx context.Context, metres int64) error {
	if err := m.wool.Acquire(ctx, metres); err != nil {
		return err
	}
	if metres > 5 {
		return errors.New("broken")
	}
	m.wool.Release(metres)
	return nil
}

// Run weaves a long one, then two short ones.
func Run() {
	m := &mill{wool: semaphore.NewWeighted(8)}
	ctx := context.Background()
	m.weave(ctx, 3)
	m.weave(ctx, 7)
	go m.weave(ctx, 4)
	go m.weave(ctx, 2)
}
