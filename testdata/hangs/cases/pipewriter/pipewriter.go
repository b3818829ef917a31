// Package pipewriter: a copyist writes into a pipe; the reader reads the title and leaves without closing its end.
//
// hang: pipewriter.(*copyist).write select no-receiver|goroutine-leak x1
package pipewriter

import (
	"bufio"
	"fmt"
	"io"
)

type copyist struct {
	lines []string
	to    *io.PipeWriter
}

func (c *copyist) write() {
	defer c.to.Close()
	for _, line := range c.lines {
		fmt.Fprintln(c.to, line)
	}
}

func title(from io.Reader) string {
	line, _, _ := bufio.NewReaderSize(from, 16).ReadLine()
	return string(line)
}

// Run reads a title.
func Run() {
	r, w := io.Pipe()
	c := &copyist{lines: []string{"De bello", "Gallia est omnis", "divisa in partes tres"}, to: w}
	go c.write()
	title(r)
}
