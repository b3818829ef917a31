// Package twinbatch: batches of letters are sorted in turn by helpers who are waited for; in one batch a helper found no
// stamp and left, the next batches go on.
//
// hang: twinbatch.(*batch).sort waitgroup never-done x1
package twinbatch

import (
	"sync"
	"time"
)

type batch struct {
	letters []int
	helpers sync.WaitGroup
}

func (b *batch) help(stamp int) {
	if stamp == 0 {
		return
	}
	time.Sleep(2 * time.Millisecond)
	b.helpers.Done()
}

//go:noinline
func (b *batch) sort() {
	for _, stamp := range b.letters {
		b.helpers.Add(1)
		go b.help(stamp)
	}
	b.helpers.Wait()
}

// Run sorts by two ways, one of which has a letter without a stamp.
func Run() {
	for _, third := range []int{80, 0} {
		go func() {
			for i := 0; ; i++ {
				b := &batch{letters: []int{80, 95, 80}}
				if i == 5 {
					b.letters[2] = third
				}
				b.sort()
			}
		}()
	}
}
