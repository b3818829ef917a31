// Package idlepool: five porters wait for suitcases; nobody travels at night, and the hall that could send for them waits
// for a bell in turn.
//
// healthy
package idlepool

import (
	"net/http"
	"net/http/httptest"
)

type station struct {
	suitcases chan int
	carried   int
}

func (s *station) porter() {
	for range s.suitcases {
		s.carried++
	}
}

func (s *station) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.suitcases <- 1
	w.Write([]byte("called"))
}

// Run carries one.
func Run() {
	s := &station{suitcases: make(chan int)}
	for i := 0; i < 5; i++ {
		go s.porter()
	}
	server := httptest.NewServer(s)
	if response, err := http.Get(server.URL); err == nil {
		response.Body.Close()
	}
}
