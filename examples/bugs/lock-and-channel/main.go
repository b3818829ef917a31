// Command lock-and-channel is a cycle of a lock and a channel: a worker needs the
// mutex to report what it has done, and whoever hands out the next job keeps the
// mutex until the worker takes it.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type office struct {
	mu      sync.Mutex
	reports []string
	jobs    chan string
}

// assign hands a job out, with the mutex locked. The bug: whoever must take the
// job may be waiting for that mutex.
func (o *office) assign(job string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reports = append(o.reports, "assigned "+job)
	o.jobs <- job
}

func (o *office) report(job string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reports = append(o.reports, "done "+job)
}

func (o *office) work() {
	for job := range o.jobs {
		o.report(job)
	}
}

func main() {
	o := &office{jobs: make(chan string)}
	http.HandleFunc("/assign", func(http.ResponseWriter, *http.Request) { o.assign("a letter") })
	http.HandleFunc("/reports", func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		fmt.Fprintln(w, o.reports)
	})
	debug.Serve()
	go o.work()
	// It takes two rounds or three until the mutex is locked before the worker gets to it.
	go func() {
		for {
			o.assign("a bill")
		}
	}()
	debug.WaitFor("main.(*office).report", 1)
	select {}
}
