// Package continueloop: a lost-property office skips what is damaged, by a continue that passes over the Unlock.
//
// hang: continueloop.(*office).sort mutex self-deadlock|forgotten-unlock x1
package continueloop

import "sync"

type item struct {
	name    string
	damaged bool
}

type office struct {
	mu    sync.Mutex
	shelf map[string]int
}

func (o *office) sort(items []item) {
	for _, it := range items {
		o.mu.Lock()
		if it.damaged {
			continue
		}
		o.shelf[it.name]++
		o.mu.Unlock()
	}
}

// Run sorts a box in which the second is damaged.
func Run() {
	o := &office{shelf: map[string]int{}}
	go o.sort([]item{{name: "umbrella"}, {name: "hat", damaged: true}, {name: "glove"}})
}
