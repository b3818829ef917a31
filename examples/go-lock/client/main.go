// Command client is the innocent half of the experiment: many goroutines, of
// which ten at a time may have a call in flight. Against the sick server ten wait for
// an answer and all the others for one of the ten slots, so a crowd
// stands at a channel that works as it should: the cause is on another machine.
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
	"google.golang.org/grpc/credentials/insecure"

	"example.com/go-lock/lockpb"
)

// inFlight is what makes ten, and not all, of the calls reach the server.
const inFlight = 10

// limit holds a token for each call in flight.
var limit = make(chan struct{}, inFlight)

// call makes one call when there is a slot for it. It has no deadline: that
// is the client's own mistake, and why it hangs along with the server.
func call(client lockpb.LockClient) {
	limit <- struct{}{}
	defer func() { <-limit }()
	if _, err := client.AcquireLock(context.Background(), &lockpb.AcquireLockRequest{}); err != nil {
		log.Fatal(err) // the server is gone: the experiment is over
	}
}

// work makes a call, and goes on making them, a pause in between, until the
// deadline has passed.
func work(client lockpb.LockClient, pause time.Duration, deadline time.Time) {
	call(client)
	for time.Now().Before(deadline) {
		time.Sleep(pause)
		call(client)
	}
}

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:50051", "the gRPC server")
	debug := flag.String("debug", "localhost:6061", "where to serve /debug/pprof/; port 0 takes any that is free")
	n := flag.Int("n", 1_000_000, "how many goroutines; each makes one call")
	steady := flag.Duration("for", 0, "go on calling for so long: a steady load for a -fixed server")
	pause := flag.Duration("pause", 0, "with -for: how long a goroutine rests between two calls")
	after := flag.Duration("after", 0, "wait so long before the first call: time to begin a trace")
	exitAfter := flag.Duration("exit-after", 0, "exit by itself after so long; 0 never")
	flag.Parse()
	if *exitAfter > 0 {
		// A timer, not a goroutine that sleeps: the experiment stays as small as it is.
		time.AfterFunc(*exitAfter, func() { log.Fatalf("exiting after %s", *exitAfter) })
	}

	pprof, err := net.Listen("tcp", *debug)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("pprof http://%s/debug/pprof/", pprof.Addr())
	go func() { log.Fatal(http.Serve(pprof, nil)) }()

	// One connection carries every call, as it does in most programs.
	conn, err := grpc.NewClient(*addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	client := lockpb.NewLockClient(conn)

	time.Sleep(*after)
	deadline := time.Now().Add(*steady)
	var all sync.WaitGroup
	all.Add(*n)
	for i := 0; i < *n; i++ {
		go func() {
			defer all.Done()
			work(client, *pause, deadline)
		}()
	}
	log.Printf("calls %d goroutines, %d in flight", *n, inFlight)
	all.Wait()
	log.Print("done")
}
