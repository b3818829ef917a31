// Command waitgroup-never-done makes thumbnails, several at a time, and waits
// for all of them with a WaitGroup. The goroutine that meets a broken picture
// returns early, past its Done.
package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"sync"

	"example.com/bugs/internal/debug"
)

func shrink(picture string) error {
	if strings.HasSuffix(picture, ".txt") {
		return errors.New("not a picture")
	}
	return nil
}

func thumbnails(pictures []string) int {
	var wg sync.WaitGroup
	for _, picture := range pictures {
		wg.Add(1)
		go func(picture string) {
			if err := shrink(picture); err != nil {
				log.Print(picture, ": ", err)
				return
			}
			// The bug: "defer wg.Done()" belongs at the top, where every path comes by.
			wg.Done()
		}(picture)
	}
	wg.Wait()
	return len(pictures)
}

func main() {
	http.HandleFunc("/album", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, thumbnails(r.Form["p"]), "done")
	})
	debug.Serve()
	debug.Call("/album?p=a.png&p=b.png")
	debug.Visit("/album?p=a.png&p=notes.txt&p=b.png", 3)
	select {}
}
