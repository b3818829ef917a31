// Package pipeidle: a reader waits at a pipe for the next line, which comes four times a second.
//
// healthy
package pipeidle

import (
	"bufio"
	"fmt"
	"io"
	"time"
)

type telegraph struct {
	r *io.PipeReader
	w *io.PipeWriter
}

func (t *telegraph) listen() {
	lines := bufio.NewScanner(t.r)
	for lines.Scan() {
	}
}

func (t *telegraph) send() {
	defer t.w.Close()
	for i := 0; ; i++ {
		fmt.Fprintf(t.w, "word %d\n", i)
		time.Sleep(250 * time.Millisecond)
	}
}

// Run sends.
func Run() {
	r, w := io.Pipe()
	t := &telegraph{r, w}
	go t.listen()
	go t.send()
}
