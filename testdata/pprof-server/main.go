// A server with net/http/pprof on a port of its own choice, and a goroutine that waits for ever: what a capture is
// tried on. It prints its address and ends when its standard input does.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
)

func waitForEver() {
	select {}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go waitForEver()
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(listener.Addr())
	http.Serve(listener, nil)
}
