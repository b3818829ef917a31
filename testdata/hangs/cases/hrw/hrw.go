// Package hrw: readers and a writer at an RWMutex, contended and moving.
//
// healthy
package hrw

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type table struct {
	mu   sync.RWMutex
	rows map[int]int
}

func (t *table) get(k int) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	time.Sleep(time.Millisecond)
	return t.rows[k]
}

func (t *table) set(k, v int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	time.Sleep(3 * time.Millisecond)
	t.rows[k] = v
}

func TestReadersWriters(t *runner.T) {
	tab := &table{rows: map[int]int{}}
	for i := 0; i < 8; i++ {
		go func() {
			for k := 0; ; k++ {
				tab.get(k)
			}
		}()
	}
	for k := 0; ; k++ {
		tab.set(k, k)
		time.Sleep(10 * time.Millisecond)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestReadersWriters", TestReadersWriters)
}
