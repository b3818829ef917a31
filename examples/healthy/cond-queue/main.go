// Command cond-queue is a bounded queue with two condition variables: five
// consumers wait for something, three producers wait for room. At rest the consumers wait.
package main

import (
	"sync"
	"time"

	"example.com/healthy/internal/live"
)

type queue struct {
	mu       sync.Mutex
	notEmpty *sync.Cond
	notFull  *sync.Cond
	items    []int
	limit    int
}

func newQueue(limit int) *queue {
	q := &queue{limit: limit}
	q.notEmpty = sync.NewCond(&q.mu)
	q.notFull = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(item int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == q.limit {
		q.notFull.Wait()
	}
	q.items = append(q.items, item)
	q.notEmpty.Signal()
}

func (q *queue) take() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.notEmpty.Wait()
	}
	item := q.items[0]
	q.items = q.items[1:]
	q.notFull.Signal()
	return item
}

func main() {
	q := newQueue(4)
	for i := 0; i < 5; i++ {
		go func() {
			for {
				q.take()
				time.Sleep(4 * time.Millisecond)
			}
		}()
	}
	live.Serve()
	live.Work(3, func(i int) { q.put(i) })
	select {}
}
