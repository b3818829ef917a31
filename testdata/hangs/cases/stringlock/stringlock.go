// Package stringlock: a boiler logs itself under its lock; its String, which fmt calls, locks.
//
// hang: stringlock.(*boiler).String mutex self-deadlock x1
// hang: stringlock.(*boiler).set mutex self-deadlock|holder-blocked x1
package stringlock

import (
	"fmt"
	"log"
	"strings"
	"sync"
	"time"
)

type boiler struct {
	mu  sync.Mutex
	bar float64
	log *log.Logger
}

func (b *boiler) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprintf("boiler at %.1f bar", b.bar)
}

func (b *boiler) set(bar float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if bar > 3 {
		b.log.Printf("too much: %v", b)
	}
	b.bar = bar
}

// Run sets it twice.
func Run() {
	b := &boiler{log: log.New(&strings.Builder{}, "", 0)}
	b.set(1)
	go b.set(4)
	time.Sleep(20 * time.Millisecond)
	go b.set(2)
}
