// Package crossreads: Two RWMutexes: readers of one wait for the other's writer, with writers waiting in between.
//
// hang: crossreads.(*policyStore).allowed rwmutex lock-order-cycle
// hang: crossreads.(*accountStore).touch rwmutex lock-order-cycle
package crossreads

import (
	"sync"

	"example.com/hangs/runner"
)

type accountStore struct {
	mu sync.RWMutex
	m  map[string]int
}

type policyStore struct {
	mu sync.RWMutex
	m  map[string]bool
}

type authority struct {
	acc *accountStore
	pol *policyStore
	bar sync.WaitGroup
}

func (a *authority) Check(user string) bool {
	a.acc.mu.RLock()
	defer a.acc.mu.RUnlock()
	a.bar.Done()
	a.bar.Wait()
	return a.pol.allowed(user)
}

func (p *policyStore) allowed(user string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.m[user]
}

func (a *authority) Apply(user string, ok bool) {
	a.pol.mu.Lock()
	defer a.pol.mu.Unlock()
	a.bar.Done()
	a.bar.Wait()
	a.pol.m[user] = ok
	a.acc.touch(user)
}

func (s *accountStore) touch(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[user]++
}

func TestCheckDuringApply(t *runner.T) {
	a := &authority{acc: &accountStore{m: map[string]int{}}, pol: &policyStore{m: map[string]bool{}}}
	a.bar.Add(2)
	go a.Check("eve")
	go a.Apply("eve", true)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCheckDuringApply", TestCheckDuringApply)
}
