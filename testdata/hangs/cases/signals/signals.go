// Package signals: a program's main part waits for an interrupt, its workers for their context, which ends with it.
//
// healthy
package signals

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

type app struct {
	workers sync.WaitGroup
}

func (a *app) worker(ctx context.Context) {
	defer a.workers.Done()
	<-ctx.Done()
}

// Run waits for SIGHUP.
func Run() {
	a := &app{}
	ctx, cancel := context.WithCancel(context.Background())
	for i := 0; i < 3; i++ {
		a.workers.Add(1)
		go a.worker(ctx)
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	<-c
	cancel()
	a.workers.Wait()
}
