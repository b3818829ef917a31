// Package crowdbehind: one request asks a loop and waits with the lock held; the loop asks for the same lock; ten
// requests stand behind.
//
// hang: crowdbehind.(*engine).evict mutex holder-blocked|lock-order-cycle
// hang: crowdbehind.(*engine).ask chan-receive no-sender|holder-blocked|lock-order-cycle
// hang: crowdbehind.(*engine).Exec mutex holder-blocked|lock-order-cycle
package crowdbehind

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type query struct {
	sql   string
	reply chan int
}

type engine struct {
	mu      sync.Mutex
	queries chan query
	cached  map[string]int
}

func newEngine() *engine {
	e := &engine{queries: make(chan query), cached: map[string]int{}}
	go e.run()
	return e
}

func (e *engine) run() {
	for q := range e.queries {
		n := len(q.sql)
		if n > 8 {
			e.evict()
		}
		q.reply <- n
	}
}

func (e *engine) evict() {
	e.mu.Lock()
	e.cached = map[string]int{}
	e.mu.Unlock()
}

func (e *engine) Exec(sql string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n, ok := e.cached[sql]; ok {
		return n
	}
	n := e.ask(sql)
	e.cached[sql] = n
	return n
}

func (e *engine) ask(sql string) int {
	q := query{sql, make(chan int)}
	e.queries <- q
	return <-q.reply
}

func TestLongQuery(t *runner.T) {
	e := newEngine()
	mux := http.NewServeMux()
	mux.HandleFunc("/q", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, e.Exec(r.FormValue("s")))
	})
	l, url := listen()
	go http.Serve(l, mux)
	c := &http.Client{Timeout: 6 * time.Second}
	for i := 0; i < 3; i++ {
		if resp, err := c.Get(url + "/q?s=ab"); err == nil {
			resp.Body.Close()
		}
	}
	go c.Get(url + "/q?s=abcdefghijk")
	time.Sleep(30 * time.Millisecond)
	for i := 0; i < 10; i++ {
		go c.Get(url + "/q?s=ab")
	}
	time.Sleep(time.Hour)
}

func listen() (net.Listener, string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return l, "http://" + l.Addr().String()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestLongQuery", TestLongQuery)
}
