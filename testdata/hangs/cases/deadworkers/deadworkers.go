// Package deadworkers: cutters end at the first bad cloth; the tailor cannot hand out the rest.
//
// hang: deadworkers.(*tailor).hand chan-send no-receiver x1
package deadworkers

import "errors"

type tailor struct {
	cloth chan int
	fails chan error
}

func (t *tailor) cut() {
	for width := range t.cloth {
		if width < 40 {
			t.fails <- errors.New("too narrow")
			return
		}
	}
}

func (t *tailor) hand(widths ...int) {
	for _, width := range widths {
		t.cloth <- width
	}
	close(t.cloth)
}

// Run hands out six cloths to two cutters.
func Run() {
	t := &tailor{cloth: make(chan int), fails: make(chan error, 8)}
	go t.cut()
	go t.cut()
	go t.hand(80, 20, 75, 30, 90, 90)
}
