// Package netpipe: two stations of a telegraph over net.Pipe, whose writes wait for their reads: both send their name
// first.
//
// hang: netpipe.(*station).greet select no-receiver|lock-order-cycle|holder-blocked x2
package netpipe

import (
	"io"
	"net"
)

type station struct {
	name string
	line net.Conn
	peer [4]byte
}

func (s *station) greet() error {
	if _, err := io.WriteString(s.line, s.name); err != nil {
		return err
	}
	_, err := io.ReadFull(s.line, s.peer[:])
	return err
}

// Run greets from both ends.
func Run() {
	a, b := net.Pipe()
	go (&station{name: "Kiel", line: a}).greet()
	go (&station{name: "Riga", line: b}).greet()
}
