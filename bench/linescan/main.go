// Command linescan is what the bench measures the reading of dumps against: it goes over the lines of a file with Go's
// own bufio.Scanner and counts those that begin a goroutine. A reader that makes tables of all lines cannot do less.
//
//	linescan FILE
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: linescan FILE")
		os.Exit(2)
	}
	headers, err := scan(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(headers)
}

func scan(name string) (headers int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 64<<10), 16<<20)
	for lines.Scan() {
		if bytes.Contains(lines.Bytes(), []byte("goroutine ")) && bytes.Contains(lines.Bytes(), []byte("]:")) {
			headers++
		}
	}
	return headers, lines.Err()
}
