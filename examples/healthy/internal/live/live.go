// Package live is what the programs beside it share: a page to look through, and
// work that goes on until somebody asks for rest.
package live

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof" // registers /debug/pprof/ with http.DefaultServeMux
	"sync"
	"sync/atomic"
	"time"
)

var (
	done    uint64 // pieces of work; first, so that it is aligned everywhere
	resting = make(chan struct{})
	busy    sync.WaitGroup
)

// Serve serves http.DefaultServeMux on the loopback interface and prints where:
// /debug/pprof/; /done, how much work has been done; /rest, which ends the work
// and answers when all who worked have gone home. It gives the address.
func Serve() string {
	addr := flag.String("addr", "127.0.0.1:0", "where to serve /debug/pprof/; port 0 takes any that is free")
	flag.Parse()
	listener := Listen(*addr)
	var once sync.Once
	http.HandleFunc("/done", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, atomic.LoadUint64(&done)) })
	http.HandleFunc("/rest", func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(resting) })
		busy.Wait()
		fmt.Fprintln(w, "resting")
	})
	go func() { log.Fatal(http.Serve(listener, nil)) }()
	fmt.Printf("pprof http://%s/debug/pprof/\n", listener.Addr())
	return listener.Addr().String()
}

// Listen listens there, or ends the program.
func Listen(addr string) net.Listener {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

// Work lets n goroutines do something again and again until rest is asked for.
// Each is told which one it is.
func Work(n int, do func(worker int)) {
	busy.Add(n)
	for i := 0; i < n; i++ {
		go func(worker int) {
			defer busy.Done()
			for !Resting() {
				do(worker)
				Done()
			}
		}(i)
	}
}

// Done counts a piece of work.
func Done() { atomic.AddUint64(&done, 1) }

// Resting says whether rest was asked for.
func Resting() bool {
	select {
	case <-resting:
		return true
	default:
		return false
	}
}

// Rest is closed when rest is asked for.
func Rest() <-chan struct{} { return resting }

// Pause is the time between two pieces of work: the examples are no benchmark.
func Pause() { time.Sleep(5 * time.Millisecond) }

// Get asks for a page, over connections that are kept.
func Get(client *http.Client, url string) {
	resp, err := client.Get(url)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	buffer := make([]byte, 512)
	for err == nil {
		_, err = resp.Body.Read(buffer)
	}
}
