// Command contention is slow, not stuck: every request writes a line to a log
// under one mutex, and writing takes twenty milliseconds. More requests do not
// make it faster. They wait in a queue that never ends and always moves.
package main

import (
	"net/http"
	"sync"
	"time"

	"example.com/bugs/internal/debug"
)

type journal struct {
	mu    sync.Mutex
	lines int
}

func (j *journal) write() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines++
	// The bug: the disk is waited for with the mutex locked.
	time.Sleep(20 * time.Millisecond)
}

func main() {
	j := &journal{}
	http.HandleFunc("/pay", func(http.ResponseWriter, *http.Request) { j.write() })
	debug.Serve()
	// Twelve customers, each of whom pays again as soon as the last payment went through.
	var customers sync.WaitGroup
	for i := 0; i < 12; i++ {
		customers.Add(1)
		go func() {
			defer customers.Done()
			for {
				debug.Call("/pay")
			}
		}()
	}
	customers.Wait()
}
