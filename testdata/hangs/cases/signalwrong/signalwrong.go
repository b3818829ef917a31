// Package signalwrong: a depot has one Cond for "has room" and one for "has goods"; unloading signals the one it waited on.
//
// hang: signalwrong.(*depot).fetch cond lost-signal x1
package signalwrong

import (
	"sync"
	"time"
)

type depot struct {
	mu    sync.Mutex
	room  *sync.Cond
	goods *sync.Cond
	held  int
}

func (d *depot) bring() {
	d.mu.Lock()
	for d.held == 4 {
		d.room.Wait()
	}
	d.held++
	d.room.Signal()
	d.mu.Unlock()
}

func (d *depot) fetch() {
	d.mu.Lock()
	for d.held == 0 {
		d.goods.Wait()
	}
	d.held--
	d.room.Signal()
	d.mu.Unlock()
}

// Run fetches before something is brought.
func Run() {
	d := &depot{}
	d.room, d.goods = sync.NewCond(&d.mu), sync.NewCond(&d.mu)
	go d.fetch()
	time.Sleep(5 * time.Millisecond)
	go d.bring()
}
