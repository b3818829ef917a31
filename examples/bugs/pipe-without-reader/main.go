// Command pipe-without-reader packs files into a pipe, from which a sender reads.
// The sender refuses what is too large and returns. The other end still writes.
package main

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"

	"example.com/bugs/internal/debug"
)

func pack(w *io.PipeWriter, text string) {
	z := gzip.NewWriter(w)
	_, err := io.Copy(z, strings.NewReader(text))
	if err == nil {
		err = z.Close()
	}
	w.CloseWithError(err)
}

func send(r io.Reader) error {
	// Looks at the first bytes alone.
	header := make([]byte, 2)
	if _, err := io.ReadFull(r, header); err != nil {
		return err
	}
	return errors.New("too large")
}

func export(text string) error {
	r, w := io.Pipe()
	go pack(w, text)
	// The bug: "defer r.Close()" is missing, which would tell the writer that nobody reads any more.
	return send(r)
}

func main() {
	http.HandleFunc("/export", func(w http.ResponseWriter, r *http.Request) {
		if err := export(strings.Repeat("all of it ", 1000)); err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		}
	})
	debug.Serve()
	for i := 0; i < 3; i++ {
		debug.Call("/export")
	}
	select {}
}
