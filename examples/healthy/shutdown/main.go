// Command shutdown is a server that would end in good order: main waits for a
// group of servers, each with a goroutine that waits for the signal to close it.
package main

import (
	"context"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sync/errgroup"

	"example.com/healthy/internal/live"
)

func serve(ctx context.Context, group *errgroup.Group, listener net.Listener, handler http.Handler) {
	server := &http.Server{Handler: handler}
	group.Go(func() error { return server.Serve(listener) })
	group.Go(func() error {
		<-ctx.Done()
		return server.Shutdown(context.Background())
	})
}

func main() {
	live.Serve()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go func() {
		for range hangup {
			log.Print("reading the configuration again")
		}
	}()
	group, ctx := errgroup.WithContext(ctx)
	public, admin := live.Listen("127.0.0.1:0"), live.Listen("127.0.0.1:0")
	serve(ctx, group, public, http.NotFoundHandler())
	serve(ctx, group, admin, http.NotFoundHandler())
	client := &http.Client{}
	live.Work(4, func(int) {
		live.Get(client, "http://"+public.Addr().String())
		live.Pause()
	})
	if err := group.Wait(); err != nil {
		log.Print(err)
	}
}
