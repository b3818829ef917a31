// Package callbackunder: subscribers are called with the lock held, and one of them unsubscribes.
//
// hang: callbackunder.(*bus).Subscribe.func1 mutex self-deadlock
package callbackunder

import (
	"sync"

	"example.com/hangs/runner"
)

type handler func(topic string)

type bus struct {
	mu   sync.Mutex
	subs map[int]handler
	next int
}

func newBus() *bus { return &bus{subs: map[int]handler{}} }

func (b *bus) Subscribe(h handler) (cancel func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := b.next
	b.next++
	b.subs[id] = h
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs, id)
	}
}

func (b *bus) Publish(topic string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.subs {
		h(topic)
	}
}

type once struct {
	cancel func()
	got    string
}

func (o *once) handle(topic string) {
	o.got = topic
	o.cancel()
}

func TestCancelInside(t *runner.T) {
	b := newBus()
	o := &once{}
	o.cancel = b.Subscribe(o.handle)
	b.Publish("a")
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCancelInside", TestCancelInside)
}
