// Package stdinlock: a terminal's prompt has the lock while it waits for a line from a connection whose other end says nothing.
//
// hang: stdinlock.(*terminal).show mutex holder-blocked|remote x2
// also: stdinlock.(*terminal).prompt
package stdinlock

import (
	"bufio"
	"net"
	"sync"
	"time"
)

type terminal struct {
	mu   sync.Mutex
	from net.Listener
	line *bufio.Reader
	rows []string
}

func (t *terminal) prompt() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if row, err := t.line.ReadString('\n'); err == nil {
		t.rows = append(t.rows, row)
	}
}

func (t *terminal) show() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.rows)
}

// Run prompts, and shows.
func Run() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		panic(err)
	}
	t := &terminal{from: listener, line: bufio.NewReader(conn)}
	go t.prompt()
	time.Sleep(30 * time.Millisecond)
	go t.show()
	go t.show()
}
