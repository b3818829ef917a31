// Command peers says how another parser of goroutine dumps, panicparse, reads one: the test that compares it with ours
// builds it. `peers < DUMP` prints what it finds as JSON; `peers make N` prints a dump of N goroutines of its own.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"

	"github.com/maruel/panicparse/v2/stack"
)

type bucket struct {
	IDs    []int    `json:"ids"`
	State  string   `json:"state"`
	Locked bool     `json:"locked"`
	Stack  []string `json:"stack"`
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "make" {
		n, err := strconv.Atoi(os.Args[2])
		check(err)
		makeDump(n)
		return
	}
	text, err := io.ReadAll(os.Stdin)
	check(err)
	buckets := []bucket{}
	for rest := text; len(rest) > 0; {
		options := stack.DefaultOpts()
		options.NameArguments = false
		options.AnalyzeSources = false
		options.GuessPaths = false
		snapshot, suffix, err := stack.ScanSnapshot(bytes.NewReader(rest), io.Discard, options)
		if snapshot != nil {
			buckets = append(buckets, bucketsOf(snapshot)...)
		}
		if err != nil || len(suffix) == len(rest) {
			break
		}
		rest = suffix
	}
	check(json.NewEncoder(os.Stdout).Encode(buckets))
}

func bucketsOf(snapshot *stack.Snapshot) []bucket {
	buckets := []bucket{}
	for _, found := range snapshot.Aggregate(stack.AnyValue).Buckets {
		lines := []string{}
		for _, call := range found.Stack.Calls {
			lines = append(lines, fmt.Sprintf("%s %s:%d", call.Func.Complete, call.RemoteSrcPath, call.Line))
		}
		buckets = append(buckets, bucket{found.IDs, found.State, found.Locked, lines})
	}
	return buckets
}

type shop struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	done  sync.WaitGroup
	queue chan int
}

func (s *shop) lock(int)            { s.mu.Lock() }
func (s *shop) read(*int)           { s.rw.RLock() }
func (s *shop) wait(string)         { s.done.Wait() }
func (s *shop) push(n int, _ []int) { s.queue <- n }
func (s *shop) choose(c chan int) {
	select {
	case <-c:
	case s.queue <- 1:
	}
}

func deep(depth int, s *shop) {
	if depth == 0 {
		<-make(chan int)
	}
	deep(depth-1, s)
}

// makeDump shows goroutines that wait for everything that one can wait for, in stacks of every depth up to 99.
func makeDump(n int) {
	s := &shop{queue: make(chan int)}
	s.mu.Lock()
	s.rw.Lock()
	s.done.Add(1)
	for i := range n {
		switch i % 7 {
		case 0:
			go s.lock(i)
		case 1:
			go s.read(&i)
		case 2:
			go s.wait("wait")
		case 3:
			go s.push(i, nil)
		case 4:
			go s.choose(make(chan int))
		case 5:
			go deep(i%90, s)
		default:
			go func() { time.Sleep(time.Hour) }()
		}
	}
	time.Sleep(300 * time.Millisecond)
	check(pprof.Lookup("goroutine").WriteTo(os.Stdout, 2))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
