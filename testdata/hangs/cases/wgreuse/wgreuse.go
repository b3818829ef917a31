// Package wgreuse: a ferry counts its cars with Add inside of the goroutines' loop, once too often for the last.
//
// hang: wgreuse.(*ferry).cross waitgroup never-done x1
package wgreuse

import "sync"

type car struct{ wheels int }

type ferry struct {
	deck  sync.WaitGroup
	cars  []*car
	total int64
}

func (f *ferry) load(c *car) {
	defer f.deck.Done()
	if c == nil {
		return
	}
	c.wheels += 4
}

func (f *ferry) cross() {
	f.deck.Add(len(f.cars) + 1)
	for _, c := range f.cars {
		go f.load(c)
	}
	f.deck.Wait()
}

// Run crosses once.
func Run() {
	f := &ferry{cars: []*car{{}, {}}}
	go f.cross()
}
