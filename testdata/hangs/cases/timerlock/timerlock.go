// Package timerlock: a lamp is switched off by a timer's function, which returns early with the lock.
//
// hang: timerlock.(*lamp).touch mutex forgotten-unlock x2
package timerlock

import (
	"sync"
	"time"
)

type lamp struct {
	mu    sync.Mutex
	on    bool
	fixed bool
	timer *time.Timer
}

func (l *lamp) touch() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.on = true
	if l.timer == nil {
		l.timer = time.AfterFunc(20*time.Millisecond, l.off)
	}
}

func (l *lamp) off() {
	l.mu.Lock()
	if l.fixed {
		return
	}
	l.on = false
	l.mu.Unlock()
}

// Run touches it, and again when the timer is over.
func Run() {
	l := &lamp{fixed: true}
	l.touch()
	time.Sleep(60 * time.Millisecond)
	go l.touch()
	go l.touch()
}
