// Command hijacked keeps connections as WebSockets do: after the first request
// they belong to the program, with one goroutine that reads and one that writes for each.
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

type peer struct {
	conn net.Conn
	out  chan string
}

func serve(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	p := &peer{conn, make(chan string, 8)}
	go p.write()
	p.read()
}

// read answers each line.
func (p *peer) read() {
	defer close(p.out)
	for lines := bufio.NewScanner(p.conn); lines.Scan(); {
		p.out <- "you said " + lines.Text()
	}
}

// write sends what there is, and a sign of life every half minute.
func (p *peer) write() {
	defer p.conn.Close()
	alive := time.NewTicker(30 * time.Second)
	defer alive.Stop()
	for {
		select {
		case line, ok := <-p.out:
			if !ok {
				return
			}
			fmt.Fprintln(p.conn, line)
		case <-alive.C:
			fmt.Fprintln(p.conn, "")
		}
	}
}

func main() {
	http.HandleFunc("/talk", serve)
	address := live.Serve()
	conns := make([]net.Conn, 12)
	for i := range conns {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintf(conn, "GET /talk HTTP/1.1\r\nHost: %s\r\n\r\n", address)
		conns[i] = conn
	}
	// Only eight of the twelve have something to say.
	live.Work(8, func(i int) {
		fmt.Fprintln(conns[i], "hello")
		if _, err := bufio.NewReader(conns[i]).ReadString('\n'); err != nil {
			log.Fatal(err)
		}
		live.Pause()
	})
	select {}
}
