// Package slotandlock: one has the slot and wants the lock, one has the lock and wants the slot.
//
// hang: slotandlock.(*uploader).Flush chan-send|semaphore pool-exhausted|lock-order-cycle|no-receiver|holder-blocked
// hang: slotandlock.(*uploader).Part mutex lock-order-cycle|holder-blocked
package slotandlock

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type uploader struct {
	mu    sync.Mutex
	slots chan struct{}
	parts int
}

func (u *uploader) Part(n int) {
	u.slots <- struct{}{}
	defer func() { <-u.slots }()
	time.Sleep(200 * time.Millisecond)
	u.mu.Lock()
	u.parts += n
	u.mu.Unlock()
}

func (u *uploader) Flush() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.slots <- struct{}{}
	u.parts = 0
	<-u.slots
}

func TestFlushDuringPart(t *runner.T) {
	u := &uploader{slots: make(chan struct{}, 1)}
	go u.Part(1)
	time.Sleep(50 * time.Millisecond)
	go u.Flush()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestFlushDuringPart", TestFlushDuringPart)
}
