// Package groupinself: a goroutine of an errgroup waits for the group.
//
// hang: groupinself.(*migrator).Run waitgroup never-done|holder-blocked
// hang: groupinself.(*migrator).finish waitgroup never-done|self-deadlock
package groupinself

import (
	"sync/atomic"

	"example.com/hangs/runner"
	"golang.org/x/sync/errgroup"
)

type migrator struct {
	g    *errgroup.Group
	seen int32
}

func (m *migrator) table(name string) error {
	atomic.AddInt32(&m.seen, 1)
	if name == "last" {
		return m.finish()
	}
	return nil
}

func (m *migrator) finish() error {
	return m.g.Wait()
}

func (m *migrator) Run(names ...string) error {
	for _, n := range names {
		m.g.Go(func() error { return m.table(n) })
	}
	return m.g.Wait()
}

func TestMigrate(t *runner.T) {
	m := &migrator{g: &errgroup.Group{}}
	m.Run("a", "b", "last")
}

// Run runs it as a test.
func Run() {
	runner.Run("TestMigrate", TestMigrate)
}
