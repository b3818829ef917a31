// Package hinformer: informers, a work queue with rate limits, reconcilers at rest: all of a controller that has
// nothing to do.
//
// healthy
package hinformer

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type workQueue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []string
	down  bool
}

func newWorkQueue() *workQueue {
	q := &workQueue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *workQueue) Add(s string) {
	q.mu.Lock()
	q.items = append(q.items, s)
	q.mu.Unlock()
	q.cond.Signal()
}

func (q *workQueue) Get() (string, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.down {
		q.cond.Wait()
	}
	if q.down {
		return "", true
	}
	s := q.items[0]
	q.items = q.items[1:]
	return s, false
}

func (q *workQueue) ShutDown() {
	q.mu.Lock()
	q.down = true
	q.mu.Unlock()
	q.cond.Broadcast()
}

type controller struct {
	q     *workQueue
	watch chan string
}

func (c *controller) worker() {
	for {
		if _, down := c.q.Get(); down {
			return
		}
	}
}

func (c *controller) listWatch(stop <-chan struct{}) {
	for {
		select {
		case s := <-c.watch:
			c.q.Add(s)
		case <-stop:
			return
		}
	}
}

func (c *controller) Run(workers int, stop <-chan struct{}) {
	defer c.q.ShutDown()
	for i := 0; i < workers; i++ {
		go c.worker()
	}
	go c.listWatch(stop)
	<-stop
}

func TestController(t *runner.T) {
	stop := make(chan struct{})
	defer close(stop)
	c := &controller{newWorkQueue(), make(chan string)}
	go c.Run(4, stop)
	for i := 0; i < 40; i++ {
		c.watch <- "pod"
		time.Sleep(time.Second)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestController", TestController)
}
