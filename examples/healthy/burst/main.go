// Command burst serves clients that come all at once, get their answer and keep
// their connections open for later: forty idle connections for each wave.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"example.com/healthy/internal/live"
)

func call(address string) net.Conn {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /hello HTTP/1.1\r\nHost: %s\r\n\r\n", address)
	if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
		log.Fatal(err)
	}
	return conn
}

func main() {
	http.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })
	address := live.Serve()
	kept := make(chan net.Conn, 400) // the oldest leave when the room is full
	live.Work(1, func(int) {
		for i := 0; i < 40; i++ {
			select {
			case kept <- call(address):
			default:
				(<-kept).Close()
			}
		}
		time.Sleep(200 * time.Millisecond)
	})
	select {}
}
