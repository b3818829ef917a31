// Package pubsub: subscribers of a rare event wait, each at its channel, and a publisher that publishes now and then.
//
// healthy
package pubsub

import (
	"sync"
	"time"
)

type broker struct {
	mu   sync.RWMutex
	subs map[string][]chan int
}

func (b *broker) subscribe(topic string) <-chan int {
	b.mu.Lock()
	defer b.mu.Unlock()
	sub := make(chan int, 4)
	b.subs[topic] = append(b.subs[topic], sub)
	return sub
}

func (b *broker) publish(topic string, v int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, sub := range b.subs[topic] {
		select {
		case sub <- v:
		default:
		}
	}
}

func (b *broker) count(topic string) {
	n := 0
	for v := range b.subscribe(topic) {
		n += v
	}
}

// Run publishes rain often and eclipses never.
func Run() {
	b := &broker{subs: map[string][]chan int{}}
	for i := 0; i < 3; i++ {
		go b.count("rain")
		go b.count("eclipse")
	}
	for hour := 0; ; hour++ {
		b.publish("rain", hour)
		if hour%8760 == 8759 {
			b.publish("eclipse", hour)
		}
		time.Sleep(9 * time.Millisecond)
	}
}
