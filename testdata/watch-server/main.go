// A server with net/http/pprof that is busy and well until it reads a line: then a request leaves without unlocking, and
// all that come after it wait. It prints its address first, and ends when its standard input does. What `unhang watch` is
// tried on.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

var errRefused = errors.New("refused")

type store struct {
	mu     sync.Mutex
	orders map[int]int
	closed atomic.Bool
}

func (s *store) add(id int) error {
	s.mu.Lock()
	if s.closed.Load() {
		return errRefused
	}
	s.orders[id%100]++
	s.mu.Unlock()
	return nil
}

func handle(s *store, id int) {
	// What a request does before it comes to the lock.
	time.Sleep(time.Duration(id%7) * time.Millisecond)
	_ = s.add(id)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s := &store{orders: map[int]int{}}
	go func() {
		input := bufio.NewScanner(os.Stdin)
		for input.Scan() {
			s.closed.Store(true)
		}
		os.Exit(0)
	}()
	go func() {
		for id := 0; ; id++ {
			go handle(s, id)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	fmt.Println(listener.Addr())
	http.Serve(listener, nil)
}
