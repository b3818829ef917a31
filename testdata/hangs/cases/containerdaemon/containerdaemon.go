// Package containerdaemon: AB-BA between a daemon and its container.
//
// hang: containerdaemon.TestPruneDuringExit waitgroup never-done|holder-blocked
// hang: containerdaemon.(*daemon).unregister mutex lock-order-cycle
// hang: containerdaemon.(*daemon).Prune mutex lock-order-cycle
// also: containerdaemon.(*daemon).logEvents
package containerdaemon

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type container struct {
	sync.Mutex
	id      string
	running bool
}

type daemon struct {
	mu         sync.Mutex
	containers map[string]*container
	events     chan string
}

func newDaemon(ids ...string) *daemon {
	d := &daemon{containers: map[string]*container{}, events: make(chan string, 64)}
	for _, id := range ids {
		d.containers[id] = &container{id: id, running: true}
	}
	go d.logEvents()
	return d
}

func (d *daemon) logEvents() {
	for e := range d.events {
		_ = e
	}
}

func (d *daemon) Prune() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, c := range d.containers {
		time.Sleep(30 * time.Millisecond)
		c.Lock()
		if !c.running {
			delete(d.containers, id)
		}
		c.Unlock()
	}
}

func (d *daemon) unregister(c *container) {
	d.mu.Lock()
	delete(d.containers, c.id)
	d.mu.Unlock()
}

func (d *daemon) handleExit(c *container) {
	c.Lock()
	defer c.Unlock()
	c.running = false
	d.events <- "die"
	time.Sleep(50 * time.Millisecond)
	d.unregister(c)
}

func TestPruneDuringExit(t *runner.T) {
	d := newDaemon("a")
	c := d.containers["a"]
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		d.handleExit(c)
	}()
	go func() {
		defer wg.Done()
		d.Prune()
	}()
	wg.Wait()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestPruneDuringExit", TestPruneDuringExit)
}
