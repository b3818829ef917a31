// Command nil-channel waits for a channel that nobody has made. A receive from a
// nil channel does not fail: it waits for ever.
package main

import (
	"fmt"
	"net/http"

	"example.com/bugs/internal/debug"
)

type upload struct {
	name string
	done chan struct{}
}

// newUpload forgets the channel. The bug: "done: make(chan struct{})" is missing.
func newUpload(name string) *upload {
	return &upload{name: name}
}

func (u *upload) run(store func(string)) {
	store(u.name)
	if u.done != nil {
		close(u.done)
	}
}

func (u *upload) wait() {
	<-u.done
}

func main() {
	http.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		u := newUpload(r.FormValue("name"))
		go u.run(func(string) {})
		u.wait()
		fmt.Fprintln(w, "stored")
	})
	debug.Serve()
	debug.Visit("/upload?name=a.txt", 3)
	select {}
}
