// A program that keeps the garbage collector busy while it is traced, in the way that its first argument says. The
// trace goes to standard output.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/trace"
	"sync"
	"time"
)

type node struct {
	left, right *node
	pad         [6]uint64
}

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{left: tree(depth - 1), right: tree(depth - 1)}
}

var stop = make(chan struct{})
var workers sync.WaitGroup

// allocate keeps n goroutines allocating faster than the collector marks, so that they have to assist it and to sweep.
func allocate(n int) {
	for range make([]struct{}, n) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for {
				select {
				case <-stop:
					return
				default:
					runtime.KeepAlive(tree(10))
				}
			}
		}()
	}
}

func main() {
	debug.SetGCPercent(50)
	kept := tree(13)
	mode := os.Args[1]
	if mode == "late" { // the trace begins while goroutines are in mark assists
		allocate(8)
		time.Sleep(30 * time.Millisecond)
	}
	if err := trace.Start(os.Stdout); err != nil {
		panic(err)
	}
	switch mode {
	case "churn":
		allocate(8)
		time.Sleep(60 * time.Millisecond)
	case "late":
		time.Sleep(40 * time.Millisecond)
	case "forced":
		for i := 0; i < 5; i++ {
			runtime.GC()
			time.Sleep(2 * time.Millisecond)
		}
	case "procs": // the number of procs changes
		allocate(4)
		for i := 0; i < 6; i++ {
			time.Sleep(5 * time.Millisecond)
			runtime.GOMAXPROCS(1 + i%4)
		}
	case "short":
	case "none": // no collection at all
		time.Sleep(3 * time.Millisecond)
	}
	trace.Stop()
	close(stop)
	workers.Wait()
	runtime.KeepAlive(kept)
}
