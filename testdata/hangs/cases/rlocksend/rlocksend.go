// Package rlocksend: a broadcaster sends with the read lock; a subscriber that leaves wants the write lock and no
// longer receives.
//
// hang: rlocksend.(*broadcaster).Leave rwmutex holder-blocked|lock-order-cycle
// hang: rlocksend.(*broadcaster).Send chan-send no-receiver|lock-order-cycle|holder-blocked
// hang: rlocksend.(*sub).take chan-receive holder-blocked|no-sender|no-receiver|never-done|goroutine-leak|lock-order-cycle
package rlocksend

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type sub struct {
	ch chan int
}

type broadcaster struct {
	mu   sync.RWMutex
	subs map[*sub]bool
}

func newBroadcaster() *broadcaster { return &broadcaster{subs: map[*sub]bool{}} }

func (b *broadcaster) Join() *sub {
	s := &sub{make(chan int)}
	b.mu.Lock()
	b.subs[s] = true
	b.mu.Unlock()
	return s
}

func (b *broadcaster) Leave(s *sub) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.subs, s)
}

func (b *broadcaster) Send(n int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for s := range b.subs {
		s.ch <- n
	}
}

func (b *broadcaster) publish() {
	for i := 0; ; i++ {
		b.Send(i)
		time.Sleep(2 * time.Millisecond)
	}
}

func (s *sub) take(b *broadcaster, n int) {
	for n > 0 {
		<-s.ch
		n--
	}
	time.Sleep(10 * time.Millisecond)
	b.Leave(s)
}

func TestLeaveDuringSend(t *runner.T) {
	b := newBroadcaster()
	s := b.Join()
	go s.take(b, 5)
	go b.publish()
	t.Fatalf("started")
	time.Sleep(200 * time.Millisecond)
	late := &sub{make(chan int)}
	go late.take(b, 1)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestLeaveDuringSend", TestLeaveDuringSend)
}
