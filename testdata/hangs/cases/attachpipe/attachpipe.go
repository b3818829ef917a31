// Package attachpipe: the writer of a pipe fails and does not close it: the copy waits, and who waits for the copy.
//
// hang: attachpipe.(*attach).Wait waitgroup never-done|holder-blocked|no-sender|no-receiver|goroutine-leak|lock-order-cycle
// hang: attachpipe.(*attach).copyStream select no-sender|goroutine-leak
package attachpipe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"example.com/hangs/runner"
)

type attach struct {
	out bytes.Buffer
	wg  sync.WaitGroup
}

func (a *attach) copyStream(r io.Reader) {
	defer a.wg.Done()
	io.Copy(&a.out, r)
}

func (a *attach) Run(cmd func(io.Writer) error) error {
	pr, pw := io.Pipe()
	a.wg.Add(1)
	go a.copyStream(pr)
	if err := cmd(pw); err != nil {
		return err
	}
	pw.Close()
	a.wg.Wait()
	return nil
}

func (a *attach) Wait() {
	a.wg.Wait()
}

func TestCommandFails(t *runner.T) {
	a := &attach{}
	err := a.Run(func(w io.Writer) error {
		fmt.Fprintln(w, "hello")
		return errors.New("exit status 1")
	})
	if err == nil {
		t.Fatalf("no error")
	}
	a.Wait()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestCommandFails", TestCommandFails)
}
