// Command goroutine-leak tells its visitors the news. Each request subscribes,
// takes what there is, and leaves without a word: the goroutine that feeds it
// stays, waiting to hand over the next piece. Nothing hangs, memory grows.
package main

import (
	"fmt"
	"net/http"
	"time"

	"example.com/bugs/internal/debug"
)

// subscribe gives a channel with all the news from now on.
func subscribe() <-chan string {
	news := make(chan string)
	go feed(news)
	return news
}

// feed has no way to learn that its reader has left. The bug: a context, or a
// channel that is closed then, belongs into this select.
func feed(news chan<- string) {
	for i := 1; ; i++ {
		news <- fmt.Sprint("news number ", i)
	}
}

func main() {
	http.HandleFunc("/news", func(w http.ResponseWriter, r *http.Request) {
		news := subscribe()
		fmt.Fprintln(w, <-news)
	})
	debug.Serve()
	for range time.Tick(20 * time.Millisecond) {
		debug.Call("/news")
	}
}
