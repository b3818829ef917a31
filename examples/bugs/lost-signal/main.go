// Command lost-signal hands a greeting from one goroutine to another through a
// mailbox with a condition variable. A signal wakes who waits at that moment and
// is not kept for later: when the letter is there first, its reader waits for
// a signal that has been.
package main

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"example.com/bugs/internal/debug"
)

type mailbox struct {
	mu   sync.Mutex
	cond *sync.Cond
	mail []string
}

func newMailbox() *mailbox {
	b := &mailbox{}
	b.cond = sync.NewCond(&b.mu)
	return b
}

// read waits for a letter.
func (b *mailbox) read() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	// The bug: nobody looks whether a letter is there. Right is: for len(b.mail) == 0 { b.cond.Wait() }
	b.cond.Wait()
	letter := b.mail[0]
	b.mail = b.mail[1:]
	return letter
}

func (b *mailbox) write(letter string) {
	b.mu.Lock()
	b.mail = append(b.mail, letter)
	b.mu.Unlock()
	b.cond.Signal()
}

func greeting(name string) string {
	box := newMailbox()
	go box.write("hello " + name)
	// The page's head takes its time, and the letter is there first.
	time.Sleep(50 * time.Millisecond)
	return box.read()
}

func main() {
	http.HandleFunc("/greet", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, greeting(r.FormValue("name")))
	})
	debug.Serve()
	debug.Visit("/greet?name=ada", 3)
	select {}
}
