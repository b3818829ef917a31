// Command pipeline passes lines through three stages, each a goroutine with a
// channel before and behind it. The last is the slowest, so the others wait for room.
package main

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"example.com/healthy/internal/live"
)

func upper(in <-chan string, out chan<- string) {
	defer close(out)
	for line := range in {
		out <- strings.ToUpper(line)
	}
}

func hash(in <-chan string, out chan<- uint64) {
	defer close(out)
	for line := range in {
		h := fnv.New64()
		_, _ = h.Write([]byte(line))
		out <- h.Sum64()
	}
}

func store(in <-chan uint64) {
	for range in {
		time.Sleep(3 * time.Millisecond)
		live.Done()
	}
}

func main() {
	lines := make(chan string, 4)
	uppers := make(chan string, 4)
	hashes := make(chan uint64, 4)
	go upper(lines, uppers)
	go hash(uppers, hashes)
	go store(hashes)
	live.Serve()
	live.Work(1, func(i int) { lines <- fmt.Sprint("line ", i) })
	select {}
}
