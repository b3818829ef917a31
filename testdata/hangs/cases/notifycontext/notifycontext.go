// Package notifycontext: everything ends with a context that a signal ends: workers in a select, and a closer that waits to
// shut the server down.
//
// healthy
package notifycontext

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/signal"
	"sync"
	"syscall"
)

type app struct {
	server *httptest.Server
	orders chan int
	done   sync.WaitGroup
	sum    int
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.orders <- 1 }

func (a *app) worker(ctx context.Context) {
	defer a.done.Done()
	for {
		select {
		case n := <-a.orders:
			a.sum += n
		case <-ctx.Done():
			return
		}
	}
}

func (a *app) closer(ctx context.Context) {
	defer a.done.Done()
	<-ctx.Done()
	a.server.Close()
}

// Run waits for SIGHUP.
func Run() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGHUP)
	defer stop()
	a := &app{orders: make(chan int)}
	a.server = httptest.NewServer(a)
	a.done.Add(3)
	go a.worker(ctx)
	go a.worker(ctx)
	go a.closer(ctx)
	a.done.Wait()
}
