// Package runner runs a function as Go's own package testing runs a test: in a goroutine of its own, waited for no
// longer than a timeout. Whatever the function started and left behind goes on.
package runner

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// T is what a test is told with.
type T struct {
	name     string
	mu       sync.Mutex
	cleanups []func()
	signal   chan bool
}

// Fatalf says why the test failed.
func (t *T) Fatalf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, t.name+": "+format+"\n", args...)
}

// Cleanup registers what is called when the test is over.
func (t *T) Cleanup(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cleanups = append(t.cleanups, f)
}

// Run gives the test 200 ms.
func Run(name string, f func(t *T)) {
	t := &T{name: name, signal: make(chan bool, 1)}
	go tRunner(t, f)
	select {
	case <-t.signal:
	case <-time.After(200 * time.Millisecond):
	}
}

func tRunner(t *T, f func(t *T)) {
	defer func() {
		t.mu.Lock()
		cleanups := t.cleanups
		t.mu.Unlock()
		for _, cleanup := range cleanups {
			cleanup()
		}
		t.signal <- true
	}()
	f(t)
}
