// Command holder-blocked-network talks to a database server over one connection,
// which a mutex guards: a question at a time. One day the other side does not
// answer. Nothing is wrong with the mutex, but all wait at it.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type client struct {
	mu   sync.Mutex
	conn net.Conn
}

func (c *client) query(question string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := fmt.Fprintln(c.conn, question); err != nil {
		return "", err
	}
	// The bug: no deadline (c.conn.SetReadDeadline), so this may last for ever, with the mutex locked.
	return bufio.NewReader(c.conn).ReadString('\n')
}

func main() {
	// A database server that does not answer.
	conn, err := net.Dial("tcp", debug.Silent())
	if err != nil {
		log.Fatal(err)
	}
	c := &client{conn: conn}
	http.HandleFunc("/query", func(w http.ResponseWriter, r *http.Request) {
		answer, err := c.query(r.FormValue("q"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		fmt.Fprint(w, answer)
	})
	debug.Serve()
	debug.Visit("/query?q=users", 8)
	select {}
}
