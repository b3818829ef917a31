// Package logfull: a ship's log is written by one goroutine, which died of a full disk; then the queue filled.
//
// hang: logfull.(*log).note chan-send no-receiver|goroutine-leak x4
package logfull

import (
	"errors"
	"io"
)

type disk struct{ left int }

func (d *disk) Write(p []byte) (int, error) {
	if d.left -= len(p); d.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

type log struct {
	lines chan string
	to    io.Writer
}

func (l *log) drain() {
	for line := range l.lines {
		if _, err := io.WriteString(l.to, line); err != nil {
			return
		}
	}
}

//go:noinline
func (l *log) note(line string) { l.lines <- line }

// Run has four officers.
func Run() {
	l := &log{lines: make(chan string, 3), to: &disk{left: 40}}
	go l.drain()
	for i := 0; i < 4; i++ {
		go func() {
			for {
				l.note("all is well\n")
			}
		}()
	}
}
