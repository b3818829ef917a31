// Command once-within-once makes its settings when they are first needed. To do
// so it writes to the log, and the log looks for its level in the settings.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type settings struct {
	once  sync.Once
	level string
}

func (s *settings) get() *settings {
	// The bug: load comes back to this line, and Do waits until Do is over.
	s.once.Do(s.load)
	return s
}

func (s *settings) load() {
	logf(s, "loading settings")
	s.level = "info"
}

func logf(s *settings, message string) {
	if s.get().level == "debug" {
		fmt.Println(message)
	}
}

func main() {
	s := &settings{}
	http.HandleFunc("/level", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, s.get().level) })
	debug.Serve()
	debug.Visit("/level", 1)
	debug.WaitFor("main.(*settings).load", 1)
	debug.Visit("/level", 4)
	select {}
}
