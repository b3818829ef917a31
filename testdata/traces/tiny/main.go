// Command tiny writes a trace of a few kilobytes with a little of everything: goroutines that wait for a lock, a channel,
// a timer and each other, a syscall, a collection, a task with regions and a log.
//
//	go build -trimpath -o tiny main.go && ./tiny > ../go1.26.trace
package main

import (
	"context"
	"log"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

var mu sync.Mutex

func waitsForLock(done *sync.WaitGroup) {
	defer done.Done()
	mu.Lock()
	mu.Unlock()
}

func sends(to chan<- int) {
	for i := 0; i < 3; i++ {
		to <- i
	}
	close(to)
}

func neverEnds() { select {} }

func readsFile() {
	f, err := os.Open(os.DevNull)
	if err != nil {
		log.Fatal(err)
	}
	f.Read(make([]byte, 8))
	f.Close()
}

func work() {
	ctx, task := trace.NewTask(context.Background(), "request")
	defer task.End()
	defer trace.StartRegion(ctx, "all").End()

	var done sync.WaitGroup
	done.Add(2)
	mu.Lock()
	go waitsForLock(&done)
	go waitsForLock(&done)
	go neverEnds()
	numbers := make(chan int)
	go sends(numbers)
	for n := range numbers {
		trace.Log(ctx, "number", string(rune('a'+n)))
	}
	trace.WithRegion(ctx, "file", readsFile)
	time.Sleep(time.Millisecond)
	mu.Unlock()
	done.Wait()
	runtime.GC()
}

func main() {
	runtime.GOMAXPROCS(2)
	if err := trace.Start(os.Stdout); err != nil {
		log.Fatal(err)
	}
	work()
	trace.Stop()
}
