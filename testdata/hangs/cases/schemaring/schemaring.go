// Package schemaring: a ring of three locks and three functions.
//
// hang: schemaring.(*session).alterTable mutex lock-order-cycle
// hang: schemaring.(*session).preparePlan mutex lock-order-cycle
// hang: schemaring.(*session).autoAnalyze mutex lock-order-cycle
package schemaring

import (
	"sync"

	"example.com/hangs/runner"
)

type catalog struct {
	mu     sync.Mutex
	tables int
}
type planCache struct {
	mu    sync.Mutex
	plans int
}
type statistics struct {
	mu   sync.Mutex
	rows int
}

type session struct {
	cat   *catalog
	cache *planCache
	stats *statistics
	ready sync.WaitGroup
}

func (s *session) alterTable() {
	s.cat.mu.Lock()
	defer s.cat.mu.Unlock()
	s.ready.Done()
	s.ready.Wait()
	s.cache.mu.Lock()
	s.cache.plans = 0
	s.cache.mu.Unlock()
}

func (s *session) preparePlan() {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	s.ready.Done()
	s.ready.Wait()
	s.stats.mu.Lock()
	s.stats.rows++
	s.stats.mu.Unlock()
}

func (s *session) autoAnalyze() {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	s.ready.Done()
	s.ready.Wait()
	s.cat.mu.Lock()
	s.cat.tables++
	s.cat.mu.Unlock()
}

func TestThreeSessions(t *runner.T) {
	s := &session{cat: &catalog{}, cache: &planCache{}, stats: &statistics{}}
	s.ready.Add(3)
	go s.alterTable()
	go s.preparePlan()
	go s.autoAnalyze()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestThreeSessions", TestThreeSessions)
}
