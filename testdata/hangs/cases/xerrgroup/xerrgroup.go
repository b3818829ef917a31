// Package xerrgroup: an errgroup with room for two, whose functions start more functions in it: Go waits for room that only
// they could make.
//
// hang: xerrgroup.(*tree).climb chan-send pool-exhausted|self-deadlock|no-receiver|lock-order-cycle x2
// hang: xerrgroup.(*tree).height waitgroup never-done|holder-blocked x1
package xerrgroup

import (
	"time"

	"golang.org/x/sync/errgroup"
)

type tree struct {
	left, right *tree
}

func (t *tree) climb(group *errgroup.Group) error {
	time.Sleep(20 * time.Millisecond)
	for _, branch := range []*tree{t.left, t.right} {
		if branch != nil {
			group.Go(func() error { return branch.climb(group) })
		}
	}
	return nil
}

//go:noinline
func (t *tree) height(group *errgroup.Group) error { return group.Wait() }

// Run climbs two trees.
func Run() {
	leaf := &tree{}
	t := &tree{&tree{leaf, leaf}, &tree{leaf, leaf}}
	group := &errgroup.Group{}
	group.SetLimit(2)
	group.Go(func() error { return t.left.climb(group) })
	group.Go(func() error { return t.right.climb(group) })
	go t.height(group)
}
