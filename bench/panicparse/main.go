// Command panicparse reads a goroutine dump with the parser of that name and puts equal stacks together: the peer of
// the bench. Prints how many goroutines it saw and how many stacks.
//
//	panicparse FILE
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/maruel/panicparse/v2/stack"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: panicparse FILE")
		os.Exit(2)
	}
	goroutines, stacks, err := read(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(goroutines, stacks)
}

func read(name string) (goroutines, stacks int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	// It would look for the sources of what it reads.
	options := &stack.Opts{LocalGOROOT: "-", LocalGOPATHs: []string{"-"}}
	snapshot, _, err := stack.ScanSnapshot(f, io.Discard, options)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, err
	}
	if snapshot == nil {
		return 0, 0, errors.New("no goroutine found")
	}
	return len(snapshot.Goroutines), len(snapshot.Aggregate(stack.AnyPointer).Buckets), nil
}
