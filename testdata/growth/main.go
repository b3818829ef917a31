// A server whose goroutines grow in number, as its argument says: by a leak, or for a reason that ends. It prints its
// address, and ends when its standard input does.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync"
	"time"
)

func main() {
	shapes := map[string]func(){
		"logger":  func() { http.HandleFunc("/", logged) },
		"watcher": func() { http.HandleFunc("/", watched) },
		"answer":  func() { http.HandleFunc("/", answered) },
		"poller":  func() { http.HandleFunc("/", idle); go poll() },
		"burst":   func() { http.HandleFunc("/", burst) },
		"warm-up": func() { http.HandleFunc("/", idle); go warmUp() },
		"pool":    func() { http.HandleFunc("/", new(pool).submit) },
		"clients": func() { http.HandleFunc("/", hub.join) },
		"streams": func() { http.HandleFunc("/", stream) },
		"churn":   func() { http.HandleFunc("/", churn); go tick() },
		"expiry":  func() { http.HandleFunc("/", cached) },
	}
	shapes[os.Args[1]]()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	go http.Serve(listener, nil)
	io.Copy(io.Discard, os.Stdin)
}

func idle(w http.ResponseWriter, r *http.Request) {}

// Leaks

type gasLogger struct{ stop chan struct{} }

// Nobody stops the logger of a request.
func logged(w http.ResponseWriter, r *http.Request) {
	(&gasLogger{make(chan struct{})}).start()
}

func (l *gasLogger) start() {
	go func() {
		<-l.stop
	}()
}

// The context of the watch is not that of the request.
func watched(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(context.Background())
	changes := make(chan string)
	go watch(ctx, changes)
	_ = cancel
}

func watch(ctx context.Context, changes chan string) {
	for {
		select {
		case <-ctx.Done():
			return
		case change := <-changes:
			fmt.Println(change)
		}
	}
}

var asked int

// Each second answer comes too late: nobody is left to receive it.
func answered(w http.ResponseWriter, r *http.Request) {
	asked++
	late := asked%2 == 0
	answers := make(chan int)
	go ask(answers, late)
	select {
	case <-answers:
	case <-time.After(20 * time.Millisecond):
	}
}

func ask(answers chan int, late bool) {
	if late {
		time.Sleep(60 * time.Millisecond)
	}
	answers <- 1
}

// One goroutine starts all of those that leak.
func poll() {
	for range time.Tick(25 * time.Millisecond) {
		reply := make(chan []byte)
		go func() {
			fmt.Fprint(io.Discard, <-reply)
		}()
	}
}

// Growth that ends

var slots = make(chan struct{}, 4)

// A thousand at once, and all of them will have had a slot in a while.
func burst(w http.ResponseWriter, r *http.Request) {
	for range 1000 {
		go func() {
			slots <- struct{}{}
			time.Sleep(20 * time.Millisecond)
			<-slots
		}()
	}
}

type shard struct{ updates chan int }

func (s *shard) serve() {
	for range s.updates {
	}
}

// A shard after the other is loaded, each with its goroutine, until all are there.
func warmUp() {
	for range 60 {
		time.Sleep(20 * time.Millisecond)
		go (&shard{make(chan int)}).serve()
	}
	select {}
}

// Workers are started while jobs wait, up to a size.
type pool struct {
	once    sync.Once
	jobs    chan func()
	mu      sync.Mutex
	workers int
}

func (p *pool) submit(w http.ResponseWriter, r *http.Request) {
	p.once.Do(func() { p.jobs = make(chan func()) })
	done := make(chan bool, 1)
	job := func() {
		time.Sleep(300 * time.Millisecond)
		done <- true
	}
	select {
	case p.jobs <- job:
	default:
		p.mu.Lock()
		grow := p.workers < 64
		if grow {
			p.workers++
		}
		p.mu.Unlock()
		if grow {
			go p.work()
		}
		p.jobs <- job
	}
	<-done
}

func (p *pool) work() {
	for job := range p.jobs {
		job()
	}
}

// Clients come and stay: each has a reader and a writer.
type rooms struct {
	mu      sync.Mutex
	writers map[net.Conn]chan []byte
}

var hub = rooms{writers: map[net.Conn]chan []byte{}}

func (h *rooms) join(w http.ResponseWriter, r *http.Request) {
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	out := make(chan []byte)
	h.mu.Lock()
	h.writers[conn] = out
	h.mu.Unlock()
	go h.read(conn, buffered.Reader)
	go h.write(conn, out)
}

func (h *rooms) read(conn net.Conn, from *bufio.Reader) {
	for {
		if _, err := from.ReadByte(); err != nil {
			return
		}
	}
}

func (h *rooms) write(conn net.Conn, out chan []byte) {
	for message := range out {
		conn.Write(message)
	}
}

// A stream of events that lasts until its client goes.
func stream(w http.ResponseWriter, r *http.Request) {
	w.(http.Flusher).Flush()
	events := make(chan string)
	finished := make(chan bool)
	go func() {
		defer close(finished)
		for {
			select {
			case <-r.Context().Done():
				return
			case event := <-events:
				fmt.Fprintln(w, event)
			}
		}
	}()
	<-finished
}

var (
	mu      sync.Mutex
	waiting []chan bool
)

// As many end as begin: each waits for the next turn.
func churn(w http.ResponseWriter, r *http.Request) {
	turn := make(chan bool)
	mu.Lock()
	waiting = append(waiting, turn)
	mu.Unlock()
	go func() {
		<-turn
	}()
}

func tick() {
	for range time.Tick(600 * time.Millisecond) {
		mu.Lock()
		for _, turn := range waiting {
			close(turn)
		}
		waiting = nil
		mu.Unlock()
	}
}

// What is cached is thrown away after a while, by a goroutine for each.
func cached(w http.ResponseWriter, r *http.Request) {
	go expire(make(chan bool))
}

func expire(deleted chan bool) {
	select {
	case <-time.After(1500 * time.Millisecond):
	case <-deleted:
	}
}
