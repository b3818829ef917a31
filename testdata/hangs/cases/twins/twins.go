// Package twins: four writers at one line: three have a reader, one's reader has left.
//
// hang: twins.(*link).write chan-send no-receiver|goroutine-leak x1
package twins

import (
	"time"

	"example.com/hangs/runner"
)

type packet struct{ b []byte }

type link struct {
	q    chan packet
	sent int
}

func (l *link) write() {
	for {
		l.q <- packet{}
		l.sent++
	}
}

type end struct {
	l    *link
	left int
}

func (e *end) read() {
	for e.left != 0 {
		<-e.l.q
		e.left--
		time.Sleep(7 * time.Millisecond)
	}
}

func dial(left int) *link {
	l := &link{q: make(chan packet, 1)}
	go l.write()
	go (&end{l, left}).read()
	return l
}

func TestFourLinks(t *runner.T) {
	dial(-1)
	dial(-1)
	dial(3)
	dial(-1)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestFourLinks", TestFourLinks)
}
