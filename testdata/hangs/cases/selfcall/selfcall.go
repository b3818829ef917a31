// Package selfcall: a stamp album whose Add locks and then asks Total, which locks. Visitors come later.
//
// hang: selfcall.(*Album).Total mutex self-deadlock x1
// hang: selfcall.(*Album).Show mutex self-deadlock|holder-blocked x2
package selfcall

import (
	"sync"
	"time"
)

// Album is shared.
type Album struct {
	sync.Mutex
	values []int
}

// Total is what all stamps are worth.
//
//go:noinline
func (a *Album) Total() (sum int) {
	a.Lock()
	defer a.Unlock()
	for _, value := range a.values {
		sum += value
	}
	return sum
}

// Add adds what is not too dear.
func (a *Album) Add(value int) {
	a.Lock()
	defer a.Unlock()
	if a.Total()+value < 1000 {
		a.values = append(a.values, value)
	}
}

// Show shows one.
func (a *Album) Show(i int) int {
	a.Lock()
	defer a.Unlock()
	return a.values[i%len(a.values)]
}

// Run adds one stamp.
func Run() {
	album := &Album{values: []int{5, 80}}
	album.Show(1)
	go album.Add(30)
	time.Sleep(10 * time.Millisecond)
	for i := 0; i < 2; i++ {
		go album.Show(i)
	}
}
