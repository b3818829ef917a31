// Package handlerleak: each page of an almanac starts a lookup and answers before it has come.
//
// hang: handlerleak.(*almanac).ServeHTTP.func1 chan-send no-receiver|goroutine-leak
package handlerleak

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"
)

type almanac struct {
	days int
}

func (a *almanac) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	moon := make(chan string)
	go func() {
		time.Sleep(3 * time.Millisecond)
		moon <- "waxing"
	}()
	select {
	case phase := <-moon:
		fmt.Fprintln(w, phase)
	case <-time.After(time.Millisecond):
		fmt.Fprintln(w, "unknown")
	}
}

// Run asks twenty times a second.
func Run() {
	server := httptest.NewServer(&almanac{})
	for {
		if response, err := http.Get(server.URL); err == nil {
			response.Body.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
}
