// Package ncontroller: a controller at rest beside an index that hangs: workers at a queue under a Cond, an informer whose
// events come from a page, a resync in half a minute.
//
// hang: ncontroller.(*index).rebuild mutex lock-order-cycle x1
// hang: ncontroller.(*spec).resolve rwmutex lock-order-cycle x1
package ncontroller

import (
	"net/http"
	"sync"
	"time"
)

type queue struct {
	mu   sync.Mutex
	more *sync.Cond
	keys []string
}

func (q *queue) get() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.keys) == 0 {
		q.more.Wait()
	}
	key := q.keys[0]
	q.keys = q.keys[1:]
	return key
}

func (q *queue) add(key string) {
	q.mu.Lock()
	q.keys = append(q.keys, key)
	q.mu.Unlock()
	q.more.Signal()
}

func (q *queue) worker() {
	for {
		q.get()
	}
}

func inform(q *queue, events <-chan string) {
	for {
		select {
		case e := <-events:
			q.add(e)
		case <-time.After(30 * time.Second):
			q.add("resync")
		}
	}
}

type index struct {
	mu sync.RWMutex
	s  *spec
}

type spec struct {
	mu sync.Mutex
	of *index
	v  int
}

func (x *index) rebuild() {
	x.mu.Lock()
	defer x.mu.Unlock()
	time.Sleep(4 * time.Millisecond)
	x.s.mu.Lock()
	x.s.v++
	x.s.mu.Unlock()
}

func (s *spec) resolve() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(4 * time.Millisecond)
	s.of.mu.RLock()
	defer s.of.mu.RUnlock()
	return s.v
}

func setup(q *queue, events chan string) {
	for range 2 {
		go q.worker()
	}
	go inform(q, events)
	x, s := new(index), new(spec)
	x.s, s.of = s, x
	go x.rebuild()
	go s.resolve()
}

// Run sets both up.
func Run() {
	q := new(queue)
	q.more = sync.NewCond(&q.mu)
	events := make(chan string)
	http.HandleFunc("/ncontroller", func(http.ResponseWriter, *http.Request) { events <- "pod" })
	go setup(q, events)
}
