// Programs that hang in one way each, and healthy ones that look like them. One binary holds all; a run plays one.
//
//	hangs -case NAME             prints "at ADDRESS", plays the case, waits a moment, prints "ready"
//	hangs -case NAME -on-input   prints "at ADDRESS", plays the case once a line comes on standard input
//
// It serves net/http/pprof at ADDRESS on loopback, and ends when its standard input does.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"

	"example.com/hangs/around"
)

func main() {
	name := flag.String("case", "", "which of the cases to play")
	wait := flag.Duration("wait", 700*time.Millisecond, "how long the case has to come to rest, until \"ready\"")
	onInput := flag.Bool("on-input", false, "wait for a line on standard input before the case begins")
	quiet := flag.Bool("quiet", false, "nothing else goes on in the program")
	flag.Parse()
	play, known := cases[*name]
	if !known {
		log.Fatalf("no case %q", *name)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, nil)
	if !*quiet {
		around.Start(*name)
	}
	input := bufio.NewReader(os.Stdin)
	fmt.Printf("at %s\n", listener.Addr())
	if *onInput {
		input.ReadString('\n')
		go play()
	} else {
		go play()
		time.Sleep(*wait)
		fmt.Println("ready")
	}
	for err == nil {
		_, err = input.ReadString('\n')
	}
}
