// Package oldreaders: a read lock is not released on an error path; writers and the readers behind them stand.
//
// hang: oldreaders.(*routeTable).Lookup rwmutex|mutex forgotten-unlock|holder-blocked
// hang: oldreaders.(*routeTable).Add rwmutex|mutex forgotten-unlock
package oldreaders

import (
	"errors"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type routeTable struct {
	mu     sync.RWMutex
	routes map[string]string
}

func (r *routeTable) Lookup(p string) (string, error) {
	r.mu.RLock()
	v, ok := r.routes[p]
	if !ok {
		return "", errors.New("no route")
	}
	r.mu.RUnlock()
	return v, nil
}

func (r *routeTable) Add(p, v string) {
	r.mu.Lock()
	r.routes[p] = v
	r.mu.Unlock()
}

func TestNoRoute(t *runner.T) {
	r := &routeTable{routes: map[string]string{"/": "a"}}
	go func() {
		for {
			r.Lookup("/")
			time.Sleep(10 * time.Millisecond)
		}
	}()
	done := make(chan struct{})
	go func() {
		r.Lookup("/x")
		close(done)
	}()
	<-done
	go r.Add("/x", "b")
}

// Run runs it as a test.
func Run() {
	runner.Run("TestNoRoute", TestNoRoute)
}
