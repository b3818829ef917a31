// Command goreader is what the bench measures unhang against: it reads every event of a trace with the Go team's own
// reader, keeps none, and says how many there were.
//
//	goreader FILE.trace
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/exp/trace"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: goreader FILE.trace")
		os.Exit(2)
	}
	events, err := read(os.Args[1])
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: after %d events: %v\n", os.Args[1], events, err)
		os.Exit(1)
	}
	fmt.Println(events)
}

func read(name string) (events int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	// The reader buffers by itself.
	r, err := trace.NewReader(f)
	if err != nil {
		return 0, err
	}
	for {
		_, err := r.ReadEvent()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		events++
	}
}
