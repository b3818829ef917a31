// Package nbesidecond: an error path keeps a ledger's lock; beside it two consumers under a Cond that a page feeds.
//
// hang: nbesidecond.(*ledger).post mutex forgotten-unlock x1
package nbesidecond

import (
	"errors"
	"net/http"
	"sync"
)

type inbox struct {
	mu   sync.Mutex
	more *sync.Cond
	n    int
}

func (b *inbox) take() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.n == 0 {
		b.more.Wait()
	}
	b.n--
}

func (b *inbox) ServeHTTP(http.ResponseWriter, *http.Request) {
	b.mu.Lock()
	b.n++
	b.mu.Unlock()
	b.more.Signal()
}

type ledger struct {
	mu  sync.Mutex
	sum int
}

func (l *ledger) post(v int) error {
	l.mu.Lock()
	if v == 0 {
		return errors.New("nothing to post")
	}
	l.sum += v
	l.mu.Unlock()
	return nil
}

func setup(b *inbox) {
	for range 2 {
		go func() {
			for {
				b.take()
			}
		}()
	}
	l := new(ledger)
	l.post(1)
	l.post(0)
	go l.post(2)
}

// Run sets both up.
func Run() {
	b := new(inbox)
	b.more = sync.NewCond(&b.mu)
	http.Handle("/nbesidecond", b)
	go setup(b)
}
