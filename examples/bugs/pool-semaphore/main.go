// Command pool-semaphore bounds what all uploads together may take of memory,
// with the weighted semaphore of golang.org/x/sync. An upload that is refused
// does not release its part.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"golang.org/x/sync/semaphore"

	"example.com/bugs/internal/debug"
)

const megabytes = 100

var memory = semaphore.NewWeighted(megabytes)

func upload(ctx context.Context, size int64, kind string) error {
	if err := memory.Acquire(ctx, size); err != nil {
		return err
	}
	if kind != "image" {
		// The bug: 30 MB are still counted as taken.
		return errors.New("images only")
	}
	memory.Release(size)
	return nil
}

func main() {
	http.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.ParseInt(r.FormValue("mb"), 10, 64)
		// Without a deadline of its own the request waits as long as its visitor does.
		if err := upload(r.Context(), size, r.FormValue("kind")); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, "thank you")
	})
	debug.Serve()
	debug.Call("/upload?mb=30&kind=image")
	for i := 0; i < 3; i++ {
		debug.Call("/upload?mb=30&kind=film")
	}
	debug.Visit("/upload?mb=30&kind=image", 6)
	select {}
}
