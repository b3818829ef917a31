// Package oncewait: the first visitor opens the archive, under a sync.Once, and waits for a helper to bring the
// register; the helper wants the archive open.
//
// hang: oncewait.(*archive).open.func1 chan-receive no-sender|holder-blocked|lock-order-cycle x1
// hang: oncewait.(*archive).open mutex holder-blocked|lock-order-cycle x1
package oncewait

import "sync"

type archive struct {
	once     sync.Once
	register map[string]int
}

func (a *archive) open() {
	a.once.Do(func() {
		brought := make(chan map[string]int)
		go a.bring(brought)
		a.register = <-brought
	})
}

func (a *archive) bring(to chan<- map[string]int) {
	a.open()
	to <- map[string]int{"1871": len(a.register)}
}

// Run opens it.
func Run() {
	a := &archive{}
	go a.open()
}
