// Package overfull: a buffered channel is filled by the goroutine that would read it later.
//
// hang: overfull.(*splitter).split chan-send no-receiver|self-deadlock
package overfull

import "example.com/hangs/runner"

type span struct{ start, end int }

type splitter struct {
	out chan span
}

func newSplitter(n int) *splitter { return &splitter{make(chan span, n)} }

func (s *splitter) split(total, size int) {
	for i := 0; i < total; i += size {
		s.out <- span{i, i + size}
	}
	close(s.out)
}

func (s *splitter) Sum(total, size int) (n int) {
	s.split(total, size)
	for sp := range s.out {
		n += sp.end - sp.start
	}
	return n
}

func TestSum(t *runner.T) {
	if newSplitter(4).Sum(40, 10) != 40 {
		t.Fatalf("wrong")
	}
	newSplitter(4).Sum(50, 10)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestSum", TestSum)
}
