// Command proxy stands between clients and a server and copies bytes, both ways:
// two goroutines for each connection, which wait in the network most of the time.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"

	"example.com/healthy/internal/live"
)

func accept(listener net.Listener, serve func(net.Conn)) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(conn)
	}
}

func echo(conn net.Conn) {
	defer conn.Close()
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		fmt.Fprintln(conn, lines.Text())
	}
}

// through copies until one side is done.
func through(client net.Conn, backend string) {
	defer client.Close()
	server, err := net.Dial("tcp", backend)
	if err != nil {
		log.Print(err)
		return
	}
	defer server.Close()
	done := make(chan error, 2)
	go func() { _, err := io.Copy(server, client); done <- err }()
	go func() { _, err := io.Copy(client, server); done <- err }()
	<-done
}

func main() {
	live.Serve()
	back, front := live.Listen("127.0.0.1:0"), live.Listen("127.0.0.1:0")
	go accept(back, echo)
	go accept(front, func(conn net.Conn) { through(conn, back.Addr().String()) })
	conns := make([]net.Conn, 10)
	for i := range conns {
		conn, err := net.Dial("tcp", front.Addr().String())
		if err != nil {
			log.Fatal(err)
		}
		conns[i] = conn
	}
	// Six of the ten talk.
	live.Work(6, func(i int) {
		fmt.Fprintln(conns[i], "hello")
		if _, err := bufio.NewReader(conns[i]).ReadString('\n'); err != nil {
			log.Fatal(err)
		}
		live.Pause()
	})
	select {}
}
