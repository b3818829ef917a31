// A server with net/http/pprof in which a goroutine of each kind waits for what nobody alive can reach, and some wait for
// what somebody can. Built with GOEXPERIMENT=goroutineleakprofile it offers /debug/pprof/goroutineleak. It prints its
// address, and ends when its standard input does. The dumps in testdata/dumps/leaked are its own.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync"
	"time"
)

type job struct{ done chan int }

func send(j *job) { j.done <- 1 }

func receive(j *job) { <-j.done }

func pick(a, b chan int) {
	select {
	case <-a:
	case b <- 1:
	}
}

func all(n int) {
	var wg sync.WaitGroup
	wg.Add(n + 1)
	for i := 0; i < n; i++ {
		go func() {
			time.Sleep(time.Millisecond)
			wg.Done()
		}()
	}
	wg.Wait()
}

func take(mu *sync.Mutex) { mu.Lock() }

func write(mu *sync.RWMutex) { mu.Lock() }

func read(mu *sync.RWMutex) { mu.RLock() }

func signal(c *sync.Cond) {
	c.L.Lock()
	c.Wait()
}

func nilReceive(c chan int) { <-c }

func nilSend(c chan int) { c <- 1 }

// What is meant to wait for ever.
func forever() { select {} }

func worker(work chan int) {
	for range work {
	}
}

// Whoever may still send.
var work = make(chan int)

func leave() {
	for i := 0; i < 3; i++ {
		go send(&job{make(chan int)})
	}
	go receive(&job{make(chan int)})
	go pick(make(chan int), make(chan int))
	go all(2)
	locked, writer, reader := new(sync.Mutex), new(sync.RWMutex), new(sync.RWMutex)
	locked.Lock()
	go take(locked)
	writer.RLock()
	go write(writer)
	reader.Lock()
	go read(reader)
	go signal(sync.NewCond(new(sync.Mutex)))
	go nilReceive(nil)
	go nilSend(nil)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	leave()
	go forever()
	go worker(work)
	go receive(&job{work})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(listener.Addr())
	http.Serve(listener, nil)
}
