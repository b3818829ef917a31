// Package rlockwaits: a reader waits for a word with the read lock; who would give it wants the write lock first; more
// readers stand behind.
//
// hang: rlockwaits.(*topology).WaitFor chan-receive no-sender|lock-order-cycle|holder-blocked
// hang: rlockwaits.(*topology).Join rwmutex holder-blocked|lock-order-cycle
// hang: rlockwaits.(*topology).Size rwmutex holder-blocked|lock-order-cycle
package rlockwaits

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type topology struct {
	mu    sync.RWMutex
	nodes map[string]bool
	ready chan string
}

func (tp *topology) WaitFor(name string) {
	tp.mu.RLock()
	defer tp.mu.RUnlock()
	for !tp.nodes[name] {
		n := <-tp.ready
		if n == name {
			return
		}
	}
}

func (tp *topology) Join(name string) {
	tp.mu.Lock()
	tp.nodes[name] = true
	tp.mu.Unlock()
	tp.ready <- name
}

func (tp *topology) Size() int {
	tp.mu.RLock()
	defer tp.mu.RUnlock()
	return len(tp.nodes)
}

func TestJoinWhileWaiting(t *runner.T) {
	tp := &topology{nodes: map[string]bool{}, ready: make(chan string)}
	go tp.WaitFor("n1")
	time.Sleep(10 * time.Millisecond)
	go tp.Join("n1")
	time.Sleep(10 * time.Millisecond)
	for i := 0; i < 2; i++ {
		go func() {
			for {
				tp.Size()
				time.Sleep(5 * time.Millisecond)
			}
		}()
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestJoinWhileWaiting", TestJoinWhileWaiting)
}
