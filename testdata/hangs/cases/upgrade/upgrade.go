// Package upgrade: a catalogue that looks under the read lock and, where a card is missing, takes the write lock
// without giving the first one back. One reader alone would be stuck already.
//
// hang: upgrade.(*catalogue).lookup rwmutex self-deadlock|lock-order-cycle x1
// hang: upgrade.(*catalogue).renumber rwmutex self-deadlock|lock-order-cycle|holder-blocked x1
package upgrade

import (
	"sync"
	"time"
)

type catalogue struct {
	mu    sync.RWMutex
	cards map[string]int
}

func (c *catalogue) lookup(title string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if number, ok := c.cards[title]; ok {
		return number
	}
	time.Sleep(50 * time.Millisecond)
	c.mu.Lock()
	c.cards[title] = len(c.cards) + 1
	c.mu.Unlock()
	return c.cards[title]
}

func (c *catalogue) renumber() {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.cards) > 100 {
		return
	}
	time.Sleep(50 * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	for title := range c.cards {
		c.cards[title]++
	}
}

// Run has one of each.
func Run() {
	c := &catalogue{cards: map[string]int{"Krabat": 1}}
	go c.lookup("Momo")
	go c.renumber()
}
