// Package rwabba: a bank reads a customer under its lock and then the branch; the branch is written and then the customer.
//
// hang: rwabba.(*bank).statement rwmutex lock-order-cycle x1
// hang: rwabba.(*bank).merge rwmutex lock-order-cycle x1
package rwabba

import (
	"sync"
	"time"
)

type bank struct {
	customers, branches sync.RWMutex
	names, towns        []string
}

func (b *bank) statement() int {
	b.customers.RLock()
	defer b.customers.RUnlock()
	time.Sleep(60 * time.Millisecond)
	b.branches.RLock()
	defer b.branches.RUnlock()
	return len(b.names) + len(b.towns)
}

func (b *bank) merge(town string) {
	b.branches.Lock()
	defer b.branches.Unlock()
	time.Sleep(60 * time.Millisecond)
	b.customers.Lock()
	defer b.customers.Unlock()
	b.towns = append(b.towns, town)
}

// Run does both.
func Run() {
	b := &bank{}
	go b.statement()
	go b.merge("Ulm")
}
