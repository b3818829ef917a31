// Package rlockforgot: a timetable's lookup returns from within without RUnlock; a writer waits, and behind it readers.
//
// hang: rlockforgot.(*timetable).change rwmutex forgotten-unlock x1
// hang: rlockforgot.(*timetable).next rwmutex forgotten-unlock|holder-blocked x2
package rlockforgot

import (
	"sync"
	"time"
)

type timetable struct {
	mu    sync.RWMutex
	lines map[string]int
}

func (t *timetable) next(line string) (int, bool) {
	t.mu.RLock()
	minute, ok := t.lines[line]
	if !ok {
		return 0, false
	}
	t.mu.RUnlock()
	return minute, true
}

func (t *timetable) change(line string, minute int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines[line] = minute
}

// Run asks for a line that is not there.
func Run() {
	t := &timetable{lines: map[string]int{"4": 12}}
	go t.next("4")
	go t.next("17")
	time.Sleep(10 * time.Millisecond)
	go t.change("17", 30)
	time.Sleep(10 * time.Millisecond)
	go t.next("4")
	go t.next("17")
}
