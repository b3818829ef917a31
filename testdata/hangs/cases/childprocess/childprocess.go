// Package childprocess: a program started a pump that reads a pipe from outside and hands lines to a printer; outside is
// silent.
//
// healthy
package childprocess

import (
	"bufio"
	"os"
)

type pump struct {
	from  *os.File
	to    *os.File
	lines chan string
	ended chan error
	n     int
}

func (p *pump) read() {
	lines := bufio.NewScanner(p.from)
	for lines.Scan() {
		p.lines <- lines.Text()
	}
	close(p.lines)
	p.ended <- lines.Err()
}

func (p *pump) print() {
	for line := range p.lines {
		p.n += len(line)
	}
}

func (p *pump) wait() error { return <-p.ended }

// Run pumps.
func Run() {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	p := &pump{from: r, to: w, lines: make(chan string), ended: make(chan error, 1)}
	go p.read()
	go p.print()
	p.wait()
	w.Close()
}
