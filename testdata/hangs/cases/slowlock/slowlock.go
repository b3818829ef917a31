// Package slowlock: an archive that is slow under its lock: each reader waits for some hundred milliseconds, and gets it.
//
// healthy
package slowlock

import (
	"sync"
	"time"
)

type vault struct {
	mu    sync.Mutex
	reads int
}

func (v *vault) read() {
	v.mu.Lock()
	defer v.mu.Unlock()
	time.Sleep(40 * time.Millisecond)
	v.reads++
}

// Run has four readers, who come back after a while.
func Run() {
	v := &vault{}
	for i := 0; i < 4; i++ {
		go func() {
			for {
				v.read()
				time.Sleep(100 * time.Millisecond)
			}
		}()
	}
}
