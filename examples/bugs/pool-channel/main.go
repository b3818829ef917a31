// Command pool-channel lets four downloads run at a time: a channel with room
// for four is the pool. A download that fails does not give its place back, and
// after the fourth failure there is none.
package main

import (
	"errors"
	"fmt"
	"net/http"

	"example.com/bugs/internal/debug"
)

type downloads struct {
	places chan struct{}
}

func (d *downloads) get(url string) error {
	d.places <- struct{}{}
	if url == "" {
		// The bug: this path keeps its place.
		return errors.New("no address")
	}
	<-d.places
	return nil
}

func main() {
	d := &downloads{places: make(chan struct{}, 4)}
	http.HandleFunc("/download", func(w http.ResponseWriter, r *http.Request) {
		if err := d.get(r.FormValue("url")); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, "done")
	})
	debug.Serve()
	for i := 0; i < 4; i++ {
		debug.Call("/download?url=there")
		debug.Call("/download?url=")
	}
	debug.Visit("/download?url=there", 7)
	select {}
}
