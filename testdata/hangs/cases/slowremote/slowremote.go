// Package slowremote: a page asks another server that takes 1.2 s, for each of its three clients, over and over.
//
// healthy
package slowremote

import (
	"io"
	"net/http"
	"net/http/httptest"
	"time"
)

type front struct {
	back string
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	response, err := http.Get(f.back)
	if err != nil {
		return
	}
	defer response.Body.Close()
	io.Copy(w, response.Body)
}

func slow(w http.ResponseWriter, r *http.Request) {
	time.Sleep(1200 * time.Millisecond)
	w.Write([]byte("at last"))
}

// Run asks.
func Run() {
	back := httptest.NewServer(http.HandlerFunc(slow))
	server := httptest.NewServer(&front{back.URL})
	for i := 0; i < 3; i++ {
		go func() {
			for {
				if response, err := http.Get(server.URL); err == nil {
					response.Body.Close()
				}
			}
		}()
	}
}
