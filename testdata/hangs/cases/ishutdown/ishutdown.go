// Package ishutdown: the usual shape of a graceful shutdown: a goroutine waits for a signal, the starter for a channel
// that it closes.
//
// healthy
package ishutdown

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/hangs/runner"
)

func serveUntilSignal(l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h}
	closed := make(chan struct{})
	go func() {
		sig := make(chan os.Signal, 1)
		signal.Notify(sig, syscall.SIGUSR2)
		<-sig
		srv.Shutdown(context.Background())
		close(closed)
	}()
	errc := make(chan error, 1)
	go func() { errc <- srv.Serve(l) }()
	<-closed
	return <-errc
}

func TestServe(t *runner.T) {
	l, url := listen()
	go serveUntilSignal(l, http.NotFoundHandler())
	if r, err := http.Get(url); err == nil {
		r.Body.Close()
	}
	time.Sleep(time.Hour)
}

func listen() (net.Listener, string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return l, "http://" + l.Addr().String()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestServe", TestServe)
}
