// Package panicrecover: a museum's page panics between Lock and Unlock; net/http recovers and logs, the lock stays.
//
// hang: panicrecover.(*museum).ServeHTTP mutex forgotten-unlock x3
// also: panicrecover.Run.func1
package panicrecover

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
)

type museum struct {
	mu    sync.Mutex
	rooms map[string][]string
}

func (m *museum) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	room := m.rooms[r.URL.Query().Get("room")]
	first := room[0]
	m.mu.Unlock()
	fmt.Fprintln(w, first)
}

// Run asks for a room that is empty, then for one that is not.
func Run() {
	m := &museum{rooms: map[string][]string{"east": {"vase"}}}
	server := httptest.NewUnstartedServer(m)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	visit := func(room string) {
		if response, err := http.Get(server.URL + "/?room=" + room); err == nil {
			response.Body.Close()
		}
	}
	visit("east")
	visit("west")
	for i := 0; i < 3; i++ {
		go visit("east")
	}
}
