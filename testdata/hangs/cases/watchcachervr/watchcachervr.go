// Package watchcachervr: RLock, a writer comes, RLock again by the same goroutine through a callee.
//
// hang: watchcachervr.(*watchCache).Update rwmutex self-deadlock|lock-order-cycle|holder-blocked
// hang: watchcachervr.(*watchCache).get rwmutex self-deadlock|lock-order-cycle
package watchcachervr

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type event struct {
	key string
	rev int
}

type watchCache struct {
	mu      sync.RWMutex
	store   map[string]int
	version int
}

func newWatchCache() *watchCache {
	return &watchCache{store: map[string]int{"a": 1, "b": 2}}
}

func (w *watchCache) get(key string) int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.store[key]
}

func (w *watchCache) List() (sum int) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for k := range w.store {
		time.Sleep(60 * time.Millisecond)
		sum += w.get(k)
	}
	return sum
}

func (w *watchCache) Update(e event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.store[e.key] = e.rev
	w.version++
}

func TestListDuringUpdate(t *runner.T) {
	w := newWatchCache()
	listed := make(chan int, 1)
	go func() { listed <- w.List() }()
	time.Sleep(20 * time.Millisecond)
	go w.Update(event{"a", 7})
}

// Run runs it as a test.
func Run() {
	runner.Run("TestListDuringUpdate", TestListDuringUpdate)
}
