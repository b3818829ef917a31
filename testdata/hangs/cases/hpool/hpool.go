// Package hpool: a worker pool, mostly idle; its owner lives and submits now and then.
//
// healthy
package hpool

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type job struct {
	id  int
	res chan int
}

type workerPool struct {
	jobs chan job
	quit chan struct{}
	wg   sync.WaitGroup
}

func newWorkerPool(n int) *workerPool {
	p := &workerPool{jobs: make(chan job), quit: make(chan struct{})}
	for i := 0; i < n; i++ {
		p.wg.Add(1)
		go p.worker()
	}
	return p
}

func (p *workerPool) worker() {
	defer p.wg.Done()
	for {
		select {
		case j := <-p.jobs:
			j.res <- j.id
		case <-p.quit:
			return
		}
	}
}

func (p *workerPool) Close() {
	close(p.quit)
	p.wg.Wait()
}

func TestIdlePool(t *runner.T) {
	p := newWorkerPool(8)
	defer p.Close()
	for i := 0; i < 200; i++ {
		j := job{i, make(chan int, 1)}
		p.jobs <- j
		<-j.res
		time.Sleep(400 * time.Millisecond)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestIdlePool", TestIdlePool)
}
