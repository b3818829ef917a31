// Package ncondlimit: waiters under a Cond with a limit of half a minute, which a timer's Broadcast ends, as one writes
// it; a page might release one first.
//
// healthy
package ncondlimit

import (
	"net/http"
	"sync"
	"time"
)

type resource struct {
	mu    sync.Mutex
	freed *sync.Cond
	free  int
}

func (r *resource) acquire(limit time.Duration) bool {
	end := time.Now().Add(limit)
	t := time.AfterFunc(limit, r.freed.Broadcast)
	defer t.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.free == 0 {
		if !time.Now().Before(end) {
			return false
		}
		r.freed.Wait()
	}
	r.free--
	return true
}

func (r *resource) release() {
	r.mu.Lock()
	r.free++
	r.mu.Unlock()
	r.freed.Signal()
}

// Run has two waiters.
func Run() {
	r := new(resource)
	r.freed = sync.NewCond(&r.mu)
	http.HandleFunc("/ncondlimit", func(http.ResponseWriter, *http.Request) { r.release() })
	go func() {
		for range 2 {
			go r.acquire(30 * time.Second)
		}
	}()
}
