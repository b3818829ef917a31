// Package debug is what the programs beside it share: a page to look through,
// and visitors who bring the bug about.
package debug

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof" // registers /debug/pprof/ with http.DefaultServeMux
	"runtime"
	"strings"
	"sync"
	"time"
)

var (
	address  string
	visitors struct {
		sync.Mutex
		// A connection that nobody holds is closed when the garbage collector meets it.
		kept []net.Conn
	}
	silent []net.Listener
)

// Serve serves http.DefaultServeMux, and with it /debug/pprof/, on the loopback
// interface and prints where. Told -wait, it returns at the first request for
// /start: so that one can be looking when the bug happens.
func Serve() {
	addr := flag.String("addr", "127.0.0.1:0", "where to serve /debug/pprof/; port 0 takes any that is free")
	wait := flag.Bool("wait", false, "let nothing happen before somebody asks for /start")
	flag.Parse()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	address = listener.Addr().String()
	start := make(chan struct{})
	var once sync.Once
	http.HandleFunc("/start", func(http.ResponseWriter, *http.Request) { once.Do(func() { close(start) }) })
	go func() { log.Fatal(http.Serve(listener, nil)) }()
	fmt.Printf("pprof http://%s/debug/pprof/\n", address)
	if *wait {
		<-start
	}
}

// Visit sends n requests for the path, each over a connection of its own, as
// browsers would. It waits for no answer: whoever waits here is the server.
func Visit(path string, n int) {
	for i := 0; i < n; i++ {
		send(path)
	}
}

// Call sends one request and returns when it is answered.
func Call(path string) {
	conn := send(path)
	if _, err := io.Copy(io.Discard, conn); err != nil {
		log.Fatal(err)
	}
}

// Silent gives the address of a server that takes connections, as the kernel
// does it alone, and never says a word.
func Silent() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	silent = append(silent, listener)
	return listener.Addr().String()
}

// WaitFor returns when n goroutines wait in the function: then the next act of
// the bug can follow.
func WaitFor(function string, n int) {
	for count(function) < n {
		time.Sleep(time.Millisecond)
	}
}

// count says how many goroutines have the function in their stack and wait.
func count(function string) int {
	buffer := make([]byte, 1<<20)
	found := 0
	for _, block := range strings.Split(string(buffer[:runtime.Stack(buffer, true)]), "\n\n") {
		header, stack, _ := strings.Cut(block, "\n")
		idle := strings.Contains(header, "[running") || strings.Contains(header, "[runnable") || strings.Contains(header, "[sleep")
		if !idle && strings.Contains(stack, function+"(") {
			found++
		}
	}
	return found
}

func send(path string) net.Conn {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, address); err != nil {
		log.Fatal(err)
	}
	visitors.Lock()
	defer visitors.Unlock()
	visitors.kept = append(visitors.kept, conn)
	return conn
}
