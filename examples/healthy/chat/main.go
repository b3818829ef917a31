// Command chat grows: members join its room all the time and stay, most of them
// in silence. More goroutines every second, and every one of them belongs to somebody.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"sync"
	"time"

	"example.com/healthy/internal/live"
)

type room struct {
	mu      sync.Mutex
	members map[net.Conn]chan string
}

func (r *room) join(conn net.Conn) {
	out := make(chan string, 16)
	r.mu.Lock()
	r.members[conn] = out
	r.mu.Unlock()
	go func() {
		for line := range out {
			fmt.Fprintln(conn, line)
		}
	}()
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		r.say(lines.Text())
	}
	r.leave(conn)
}

func (r *room) say(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, out := range r.members {
		select {
		case out <- line:
		default: // does not listen
		}
	}
}

func (r *room) leave(conn net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.members[conn])
	delete(r.members, conn)
	conn.Close()
}

func main() {
	r := &room{members: map[net.Conn]chan string{}}
	live.Serve()
	listener := live.Listen("127.0.0.1:0")
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				log.Fatal(err)
			}
			go r.join(conn)
		}
	}()
	var joined []net.Conn // whom nobody holds the garbage collector closes
	live.Work(1, func(int) {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			log.Fatal(err)
		}
		joined = append(joined, conn)
		fmt.Fprintln(joined[len(joined)/2], "hello")
		time.Sleep(40 * time.Millisecond)
	})
	select {}
}
