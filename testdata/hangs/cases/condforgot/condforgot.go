// Package condforgot: letters are put into a box under its lock by two ways, of which one does not signal.
//
// hang: condforgot.(*box).fetch cond lost-signal x1
package condforgot

import (
	"sync"
	"time"
)

type box struct {
	sync.Mutex
	full    *sync.Cond
	letters []string
}

func (b *box) put(letter string) {
	b.Lock()
	b.letters = append(b.letters, letter)
	b.Unlock()
	b.full.Signal()
}

func (b *box) putAll(letters []string) {
	b.Lock()
	defer b.Unlock()
	b.letters = append(b.letters, letters...)
}

func (b *box) fetch() string {
	b.Lock()
	defer b.Unlock()
	for len(b.letters) == 0 {
		b.full.Wait()
	}
	letter := b.letters[0]
	b.letters = b.letters[1:]
	return letter
}

// Run puts one letter, then two.
func Run() {
	b := &box{}
	b.full = sync.NewCond(b)
	go func() {
		for {
			b.fetch()
		}
	}()
	time.Sleep(3 * time.Millisecond)
	b.put("bill")
	time.Sleep(3 * time.Millisecond)
	b.putAll([]string{"card", "advert"})
}
