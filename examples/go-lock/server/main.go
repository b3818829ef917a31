// Command server is the sick half of the experiment: a gRPC server whose only
// method locks a mutex and, unless told -fixed, never unlocks it. The first call
// is answered, every later one waits for good, and net/http/pprof, served
// on a port of its own, goes on answering: that is what unhang looks through.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof" // registers /debug/pprof/ with http.DefaultServeMux
	"sync"
	"time"

	"google.golang.org/grpc"

	"example.com/go-lock/lockpb"
)

// mu is global because the bugs this stands for are: a lock around the one
// thing that all requests share, here the counter taken.
var (
	mu    sync.Mutex
	taken uint64
)

type server struct {
	lockpb.UnimplementedLockServer
	fixed bool
}

// AcquireLock counts the times that mu was locked.
//
// The bug is what a -fixed server does and this one does not. It returns with
// mu locked, so its goroutine ends and with it the only one that
// could have called Unlock: a mutex knows no owner, and no tool can ask it.
func (s *server) AcquireLock(context.Context, *lockpb.AcquireLockRequest) (*lockpb.AcquireLockResponse, error) {
	// The first call gets it, every later one waits in the next line for good.
	mu.Lock()
	if s.fixed {
		defer mu.Unlock()
	}
	taken++
	return &lockpb.AcquireLockResponse{Taken: taken}, nil
}

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:50051", "where to serve gRPC; port 0 takes any that is free")
	debug := flag.String("debug", "localhost:6060", "where to serve /debug/pprof/; port 0 takes any that is free")
	fixed := flag.Bool("fixed", false, "unlock, as the author meant to")
	exitAfter := flag.Duration("exit-after", 0, "exit by itself after so long; 0 never")
	flag.Parse()
	if *exitAfter > 0 {
		// A timer, not a goroutine that sleeps: the experiment stays as small as it is.
		time.AfterFunc(*exitAfter, func() { log.Fatalf("exiting after %s", *exitAfter) })
	}

	// Both listeners are opened before either address is printed: who reads
	// the lines can connect at once.
	calls, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	pprof, err := net.Listen("tcp", *debug)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("grpc  %s", calls.Addr())
	log.Printf("pprof http://%s/debug/pprof/", pprof.Addr())
	go func() { log.Fatal(http.Serve(pprof, nil)) }()

	s := grpc.NewServer()
	lockpb.RegisterLockServer(s, &server{fixed: *fixed})
	log.Fatal(s.Serve(calls))
}
