// Package idletcp: lines that come over TCP go through a parser and a filer, each behind its channel; nobody has called yet.
//
// healthy
package idletcp

import (
	"bufio"
	"net"
	"strings"
)

type mailroom struct {
	listener net.Listener
	raw      chan string
	parsed   chan []string
	filed    int
}

func (m *mailroom) accept() {
	for {
		conn, err := m.listener.Accept()
		if err != nil {
			return
		}
		go m.read(conn)
	}
}

func (m *mailroom) read(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		m.raw <- lines.Text()
	}
}

func (m *mailroom) parse() {
	for line := range m.raw {
		m.parsed <- strings.Fields(line)
	}
}

func (m *mailroom) file() {
	for words := range m.parsed {
		m.filed += len(words)
	}
}

// Run opens it.
func Run() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	m := &mailroom{listener: listener, raw: make(chan string), parsed: make(chan []string)}
	go m.accept()
	go m.parse()
	go m.file()
}
