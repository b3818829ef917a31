// Package islowlock: a compaction holds a lock for 900 ms of work again and again; writers wait and get it.
//
// healthy
package islowlock

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type lsm struct {
	mu  sync.RWMutex
	mem map[int]int
	l0  int
}

func (t *lsm) compact() {
	for {
		t.mu.Lock()
		time.Sleep(900 * time.Millisecond)
		t.l0 = 0
		t.mu.Unlock()
		time.Sleep(50 * time.Millisecond)
	}
}

func (t *lsm) write(k int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mem[k]++
}

func (t *lsm) read(k int) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.mem[k]
}

func TestCompact(t *runner.T) {
	s := &lsm{mem: map[int]int{}}
	go s.compact()
	for i := 0; i < 3; i++ {
		go func(i int) {
			for {
				s.write(i)
				s.read(i)
				time.Sleep(5 * time.Millisecond)
			}
		}(i)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCompact", TestCompact)
}
