// Package slowsubscriber: a newsroom sends to all subscribers under its lock; one of them unsubscribes instead of
// receiving, which wants the lock.
//
// hang: slowsubscriber.(*newsroom).publish chan-send holder-blocked|no-receiver|lock-order-cycle x1
// hang: slowsubscriber.(*newsroom).unsubscribe mutex|rwmutex holder-blocked|lock-order-cycle x1
// hang: slowsubscriber.(*newsroom).subscribe mutex|rwmutex holder-blocked|lock-order-cycle x2
package slowsubscriber

import (
	"sync"
	"time"
)

type newsroom struct {
	mu    sync.RWMutex
	desks map[chan string]bool
}

func (n *newsroom) subscribe() chan string {
	n.mu.Lock()
	defer n.mu.Unlock()
	desk := make(chan string)
	n.desks[desk] = true
	return desk
}

func (n *newsroom) unsubscribe(desk chan string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.desks, desk)
}

func (n *newsroom) publish(story string) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	for desk := range n.desks {
		desk <- story
	}
}

func (n *newsroom) reader(stories int) {
	desk := n.subscribe()
	for i := 0; i < stories; i++ {
		<-desk
	}
	time.Sleep(10 * time.Millisecond)
	n.unsubscribe(desk)
}

// Run publishes until somebody has had enough.
func Run() {
	n := &newsroom{desks: map[chan string]bool{}}
	go n.reader(2)
	time.Sleep(5 * time.Millisecond)
	go func() {
		for _, story := range []string{"flood", "fair", "fire"} {
			n.publish(story)
		}
	}()
	time.Sleep(40 * time.Millisecond)
	go n.reader(9)
	go n.reader(9)
}
