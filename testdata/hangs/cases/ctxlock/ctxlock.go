// Package ctxlock: a lift waits under its lock until its ride is cancelled; cancelling wants the lock first.
//
// hang: ctxlock.(*lift).ride chan-receive|select no-sender|holder-blocked|lock-order-cycle x1
// hang: ctxlock.(*lift).stop mutex holder-blocked|lock-order-cycle x1
package ctxlock

import (
	"context"
	"sync"
	"time"
)

type lift struct {
	mu     sync.Mutex
	floor  int
	cancel context.CancelFunc
}

func (l *lift) ride(ctx context.Context, floor int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.floor = floor
	<-ctx.Done()
}

func (l *lift) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cancel()
}

// Run rides up, and stops.
func Run() {
	ctx, cancel := context.WithCancel(context.Background())
	l := &lift{cancel: cancel}
	go l.ride(ctx, 4)
	time.Sleep(10 * time.Millisecond)
	go l.stop()
}
