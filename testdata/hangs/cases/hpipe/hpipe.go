// Package hpipe: a pipe that is copied slowly, chunk by chunk.
//
// healthy
package hpipe

import (
	"fmt"
	"io"
	"time"

	"example.com/hangs/runner"
)

type slowWriter struct{ n int }

func (w *slowWriter) Write(b []byte) (int, error) {
	w.n += len(b)
	time.Sleep(15 * time.Millisecond)
	return len(b), nil
}

func feed(w io.Writer) {
	for i := 0; ; i++ {
		fmt.Fprintf(w, "line %d\n", i)
	}
}

func TestCopy(t *runner.T) {
	pr, pw := io.Pipe()
	go feed(pw)
	io.Copy(&slowWriter{}, pr)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCopy", TestCopy)
}
