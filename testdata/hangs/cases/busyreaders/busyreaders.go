// Package busyreaders: many readers of one RWMutex, and a writer now and then, which each time waits for them.
//
// healthy
package busyreaders

import (
	"sync"
	"time"
)

type phonebook struct {
	mu      sync.RWMutex
	numbers map[string]int
}

func (p *phonebook) find(name string) int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	time.Sleep(3 * time.Millisecond)
	return p.numbers[name]
}

func (p *phonebook) set(name string, number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.numbers[name] = number
}

// Run has eight readers.
func Run() {
	p := &phonebook{numbers: map[string]int{}}
	for i := 0; i < 8; i++ {
		go func() {
			for {
				p.find("Ada")
				time.Sleep(time.Millisecond)
			}
		}()
	}
	for i := 0; ; i++ {
		p.set("Ada", i)
		time.Sleep(25 * time.Millisecond)
	}
}
