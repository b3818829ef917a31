// Command no-receiver asks a slow backend and answers with an apology when it
// takes too long. The backend's goroutine sends its result all the same: nobody
// is there to receive it, and it waits for ever. One goroutine a timeout.
package main

import (
	"fmt"
	"net/http"
	"time"

	"example.com/bugs/internal/debug"
)

// search returns what the backend finds within the limit.
func search(words string, limit time.Duration) (string, bool) {
	// The bug: without room for one result (make(chan string, 1)) the send needs a receiver.
	found := make(chan string)
	go func() {
		found <- backend(words)
	}()
	select {
	case result := <-found:
		return result, true
	case <-time.After(limit):
		return "", false
	}
}

func backend(words string) string {
	time.Sleep(100 * time.Millisecond)
	return "a page about " + words
}

func main() {
	http.HandleFunc("/search", func(w http.ResponseWriter, r *http.Request) {
		result, ok := search(r.FormValue("q"), 20*time.Millisecond)
		if !ok {
			http.Error(w, "try again later", http.StatusGatewayTimeout)
			return
		}
		fmt.Fprintln(w, result)
	})
	debug.Serve()
	debug.Visit("/search?q=gophers", 5)
	select {}
}
