// Package neverclose: a baker puts rolls on the belt and goes home without closing it; two packers wait for more.
//
// hang: neverclose.(*bakery).pack chan-receive no-sender|goroutine-leak x2
// hang: neverclose.(*bakery).night waitgroup never-done|holder-blocked|no-sender x1
package neverclose

import "sync"

type bakery struct {
	belt   chan int
	mu     sync.Mutex
	boxes  int
	packed sync.WaitGroup
}

func (b *bakery) bake(n int) {
	for i := 0; i < n; i++ {
		b.belt <- i
	}
}

func (b *bakery) pack() {
	defer b.packed.Done()
	for range b.belt {
		b.mu.Lock()
		b.boxes++
		b.mu.Unlock()
	}
}

func (b *bakery) night() {
	b.packed.Add(2)
	go b.pack()
	go b.pack()
	b.bake(9)
	b.packed.Wait()
}

// Run is one night.
func Run() {
	b := &bakery{belt: make(chan int, 2)}
	go b.night()
}
