// Package leftparty: a barrier that counts a party that has left with an error.
//
// hang: leftparty.(*barrier).await cond lost-signal
package leftparty

import (
	"errors"
	"sync"

	"example.com/hangs/runner"
)

type barrier struct {
	mu    sync.Mutex
	cond  *sync.Cond
	want  int
	have  int
	round int
}

func newBarrier(n int) *barrier {
	b := &barrier{want: n}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *barrier) await() {
	b.mu.Lock()
	defer b.mu.Unlock()
	round := b.round
	b.have++
	if b.have == b.want {
		b.have = 0
		b.round++
		b.cond.Broadcast()
		return
	}
	for round == b.round {
		b.cond.Wait()
	}
}

type mapper struct {
	b  *barrier
	in []int
}

func (m *mapper) run() error {
	for _, n := range m.in {
		if n < 0 {
			return errors.New("negative")
		}
		m.b.await()
	}
	return nil
}

func TestNegative(t *runner.T) {
	b := newBarrier(3)
	for i := 0; i < 3; i++ {
		m := &mapper{b, []int{1, 2, 3}}
		if i == 2 {
			m.in[1] = -1
		}
		go m.run()
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestNegative", TestNegative)
}
