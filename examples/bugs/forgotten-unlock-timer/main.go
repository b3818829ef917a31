// Command forgotten-unlock-timer renews a token now and then, in a timer's
// function. When the renewal fails, that returns with the mutex locked. Its
// goroutine lives for microseconds: no dump shows who it was.
package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"sync"
	"time"

	"example.com/bugs/internal/debug"
)

type tokens struct {
	mu      sync.Mutex
	current string
}

func (t *tokens) get() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current
}

func (t *tokens) renew(ask func() (string, error)) {
	t.mu.Lock()
	token, err := ask()
	if err != nil {
		// The bug: the mutex stays locked.
		log.Print(err)
		return
	}
	t.current = token
	t.mu.Unlock()
}

func main() {
	t := &tokens{current: "first"}
	http.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, t.get()) })
	debug.Serve()
	debug.Call("/token")
	renewed := make(chan struct{})
	time.AfterFunc(10*time.Millisecond, func() {
		t.renew(func() (string, error) { return "", errors.New("no answer") })
		close(renewed)
	})
	<-renewed
	debug.Visit("/token", 6)
	select {}
}
