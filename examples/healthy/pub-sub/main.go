// Command pub-sub is a hub: what one publishes, every subscriber gets; who is
// too slow misses some. A topic that nobody publishes to has subscribers, too.
package main

import (
	"sync"
	"time"

	"example.com/healthy/internal/live"
)

type hub struct {
	mu     sync.RWMutex
	topics map[string][]chan int
}

func (h *hub) subscribe(topic string) <-chan int {
	ch := make(chan int, 2)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.topics[topic] = append(h.topics[topic], ch)
	return ch
}

func (h *hub) publish(topic string, message int) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, ch := range h.topics[topic] {
		select {
		case ch <- message:
		default: // too slow
		}
	}
}

func (h *hub) follow(topic string, pause time.Duration) {
	for range h.subscribe(topic) {
		live.Done()
		time.Sleep(pause)
	}
}

func main() {
	h := &hub{topics: map[string][]chan int{}}
	for i := 0; i < 5; i++ {
		go h.follow("weather", time.Duration(i*3)*time.Millisecond)
		go h.follow("earthquakes", 0)
	}
	live.Serve()
	live.Work(2, func(i int) {
		h.publish("weather", i)
		live.Pause()
	})
	select {}
}
