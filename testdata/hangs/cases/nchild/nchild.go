// Package nchild: waits for a child process and its output; a pipe whose writer waits for the network.
//
// healthy
package nchild

import (
	"bufio"
	"io"
	"net"
	"os/exec"
	"time"

	"example.com/hangs/runner"
)

type command struct {
	out chan string
}

func (c *command) run() error {
	cmd := exec.Command("sleep", "7")
	pr, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		return err
	}
	go c.scan(pr)
	return cmd.Wait()
}

func (c *command) scan(rd io.Reader) {
	s := bufio.NewScanner(rd)
	for s.Scan() {
		c.out <- s.Text()
	}
	close(c.out)
}

func (c *command) collect() {
	for range c.out {
	}
}

func copyFrom(c net.Conn) {
	pr, pw := io.Pipe()
	go func() {
		io.Copy(pw, c)
		pw.Close()
	}()
	io.Copy(io.Discard, pr)
}

func TestChild(t *runner.T) {
	r := &command{make(chan string)}
	go r.collect()
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		c, _ := l.Accept()
		time.Sleep(20 * time.Second)
		c.Close()
	}()
	c, _ := net.Dial("tcp", l.Addr().String())
	go copyFrom(c)
	r.run()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestChild", TestChild)
}
