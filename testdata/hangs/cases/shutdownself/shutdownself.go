// Package shutdownself: a kiosk's admin page shuts the kiosk down and waits for all pages to be done, itself among them.
//
// hang: shutdownself.(*kiosk).shutdown waitgroup never-done|self-deadlock x1
// also: shutdownself.Run
package shutdownself

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

type kiosk struct {
	pages sync.WaitGroup
	open  bool
}

func (k *kiosk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.pages.Add(1)
	defer k.pages.Done()
	if r.URL.Path == "/shutdown" {
		k.shutdown()
	}
	w.Write([]byte("news"))
}

//go:noinline
func (k *kiosk) shutdown() {
	k.open = false
	k.pages.Wait()
}

// Run reads the news, and shuts it down.
func Run() {
	server := httptest.NewServer(&kiosk{open: true})
	for _, path := range []string{"/", "/shutdown"} {
		if response, err := http.Get(server.URL + path); err == nil {
			response.Body.Close()
		}
	}
}
