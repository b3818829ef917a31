// Writes a trace of user tasks and regions to standard output: requests that load and render, some of them for longer,
// with sub-tasks, goroutines of their own, logs and nested regions; and, where something is wrong, requests that never end.
//
//	go run main.go                      twelve requests, two of which never end
//	go run main.go -requests 100000 -logs 10
//	go run main.go -odd                 names and messages that a terminal or a page must not obey
//
// odd.trace beside it is of the last, built with -trimpath by Go 1.26.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/trace"
	"strings"
	"sync"
	"time"
)

var (
	requests = flag.Int("requests", 12, "requests, by four workers")
	logs     = flag.Int("logs", 2, "log messages of each request")
	quick    = flag.Bool("quick", false, "requests do not wait for anything")
	odd      = flag.Bool("odd", false, "names that strangers would choose")
)

var stock sync.Mutex

func main() {
	flag.Parse()
	// A task and a region that the trace sees neither begin nor, the region, begin.
	before, old := trace.NewTask(context.Background(), "before")
	oldRegion := trace.StartRegion(before, "since before")
	if err := trace.Start(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	oldRegion.End()
	trace.Log(before, "late", "its begin was not seen")
	old.End()
	trace.WithRegion(context.Background(), "serve", serve)
	if *odd {
		oddNames()
	}
	if !*quick {
		hang()
	}
	trace.Stop()
}

func serve() {
	queue := make(chan int)
	var workers sync.WaitGroup
	for range 4 {
		workers.Add(1)
		go worker(queue, &workers)
	}
	for i := range *requests {
		queue <- i
	}
	close(queue)
	workers.Wait()
}

func worker(queue chan int, workers *sync.WaitGroup) {
	defer workers.Done()
	for i := range queue {
		handle(i)
	}
}

func handle(i int) {
	ctx, task := trace.NewTask(context.Background(), "request")
	defer task.End()
	for n := range *logs {
		trace.Log(ctx, "step", fmt.Sprintf("request %d, step %d", i, n))
	}
	trace.WithRegion(ctx, "load", func() { load(ctx, i) })
	defer trace.StartRegion(ctx, "render").End()
	if !*quick {
		render(i)
	}
}

func load(ctx context.Context, i int) {
	if *quick {
		return
	}
	ctx, task := trace.NewTask(ctx, "query")
	defer task.End()
	found := make(chan string)
	go func() {
		defer trace.StartRegion(ctx, "ask").End()
		time.Sleep(time.Duration(1+i) * time.Millisecond)
		found <- "row"
	}()
	trace.Logf(ctx, "sql", "select %d", i)
	<-found
}

func render(i int) {
	until := time.Now().Add(200 * time.Microsecond)
	sum := 0
	for time.Now().Before(until) {
		sum += i
	}
}

// Two requests that never end: each waits for a query whose goroutine waits for a lock that main keeps.
func hang() {
	stock.Lock()
	for range 2 {
		go func() {
			ctx, task := trace.NewTask(context.Background(), "checkout")
			defer task.End()
			trace.WithRegion(ctx, "reserve", func() { reserve(ctx) })
		}()
	}
	time.Sleep(30 * time.Millisecond)
}

func reserve(ctx context.Context) {
	ctx, task := trace.NewTask(ctx, "query")
	defer task.End()
	done := make(chan bool)
	go func() {
		trace.Log(ctx, "stock", "asks for one piece")
		take()
		close(done)
	}()
	<-done
}

func take() {
	stock.Lock()
	defer stock.Unlock()
}

func oddNames() {
	for _, name := range []string{
		"<img src=x onerror=alert(1)>", "\x1b[2J\x1b]0;title\x07", "line\nbreak", "\u202eright to left", "", " ",
		"'; drop", "type=a&b#c?d%20e", strings.Repeat("long ", 200), "\xff\xfe broken",
	} {
		ctx, task := trace.NewTask(context.Background(), name)
		region := trace.StartRegion(ctx, name)
		trace.Log(ctx, name, name)
		region.End()
		task.End()
	}
}
