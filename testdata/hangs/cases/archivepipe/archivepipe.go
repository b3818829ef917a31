// Package archivepipe: the reader of a pipe returns on an error and does not close its end.
//
// hang: archivepipe.(*archive).writeTo select no-receiver|goroutine-leak
package archivepipe

import (
	"errors"
	"fmt"
	"io"

	"example.com/hangs/runner"
)

type archive struct {
	files []string
}

func (a *archive) writeTo(w io.WriteCloser) error {
	defer w.Close()
	for _, f := range a.files {
		if _, err := fmt.Fprintf(w, "%s\n", f); err != nil {
			return err
		}
	}
	return nil
}

type uploader struct {
	limit int
}

func (u *uploader) read(r io.Reader) error {
	buf := make([]byte, 8)
	for i := 0; i < u.limit; i++ {
		if _, err := r.Read(buf); err != nil {
			return err
		}
	}
	return errors.New("too large")
}

func (u *uploader) Upload(a *archive) error {
	pr, pw := io.Pipe()
	go a.writeTo(pw)
	return u.read(pr)
}

func TestTooLarge(t *runner.T) {
	u := &uploader{limit: 2}
	if err := u.Upload(&archive{[]string{"a", "b", "c", "d"}}); err != nil {
		t.Fatalf("%v", err)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestTooLarge", TestTooLarge)
}
