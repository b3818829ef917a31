// Package leasekeeper: an error path returns without the unlock; the goroutine is gone when the next caller comes.
//
// hang: leasekeeper.(*leaseKeeper).Revoke mutex forgotten-unlock
package leasekeeper

import (
	"errors"
	"sync"
	"time"

	"example.com/hangs/runner"
)

var errExpired = errors.New("expired")

type lease struct {
	id  int
	ttl int
}

type leaseKeeper struct {
	mu     sync.Mutex
	leases map[int]*lease
	stopc  chan struct{}
}

func newLeaseKeeper() *leaseKeeper {
	k := &leaseKeeper{leases: make(map[int]*lease), stopc: make(chan struct{})}
	go k.expireLoop()
	return k
}

func (k *leaseKeeper) expireLoop() {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-k.stopc:
			return
		}
	}
}

func (k *leaseKeeper) Grant(id, ttl int) {
	k.mu.Lock()
	k.leases[id] = &lease{id, ttl}
	k.mu.Unlock()
}

func (k *leaseKeeper) Renew(id int) error {
	k.mu.Lock()
	l, ok := k.leases[id]
	if !ok {
		return errExpired
	}
	l.ttl++
	k.mu.Unlock()
	return nil
}

func (k *leaseKeeper) Revoke(id int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.leases, id)
}

func TestRenewUnknown(t *runner.T) {
	k := newLeaseKeeper()
	k.Grant(1, 10)
	errc := make(chan error, 1)
	go func() { errc <- k.Renew(2) }()
	if err := <-errc; err == nil {
		t.Fatalf("no error")
	}
	k.Revoke(1)
	close(k.stopc)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestRenewUnknown", TestRenewUnknown)
}
