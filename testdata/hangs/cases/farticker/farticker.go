// Package farticker: a backup runs each ten minutes, or when somebody asks; its goroutine waits for either, the store's
// writer for the backup's blocks.
//
// healthy
package farticker

import "time"

type backup struct {
	every  time.Duration
	asked  chan struct{}
	blocks chan []byte
	bytes  int
}

func (b *backup) run() {
	ticker := time.NewTicker(b.every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-b.asked:
		}
		b.blocks <- make([]byte, 512)
	}
}

func (b *backup) store() {
	for block := range b.blocks {
		b.bytes += len(block)
	}
}

// Run asks once.
func Run() {
	b := &backup{every: 10 * time.Minute, asked: make(chan struct{}), blocks: make(chan []byte)}
	go b.run()
	go b.store()
	b.asked <- struct{}{}
}
