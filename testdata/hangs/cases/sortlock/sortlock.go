// Package sortlock: a ranking is sorted under its read lock by a function that asks each player's place, read-locked again,
// while results come in.
//
// hang: sortlock.(*ranking).points rwmutex self-deadlock|lock-order-cycle x1
// hang: sortlock.(*ranking).result rwmutex holder-blocked|self-deadlock|lock-order-cycle x1
package sortlock

import (
	"sort"
	"sync"
	"time"
)

type ranking struct {
	mu     sync.RWMutex
	scores map[string]int
}

//go:noinline
func (r *ranking) points(name string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.scores[name]
}

func (r *ranking) table() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	names := make([]string, 0, len(r.scores))
	for name := range r.scores {
		names = append(names, name)
		time.Sleep(10 * time.Millisecond)
	}
	sort.Slice(names, func(i, j int) bool { return r.points(names[i]) < r.points(names[j]) })
	return names
}

func (r *ranking) result(name string, points int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.scores[name] += points
}

// Run has eight players.
func Run() {
	r := &ranking{scores: map[string]int{}}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		r.result(name, len(name))
	}
	go r.table()
	time.Sleep(40 * time.Millisecond)
	go r.result("a", 3)
}
