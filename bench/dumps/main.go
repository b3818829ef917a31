// Command dumps writes goroutine dumps of itself, big enough to measure a reader with, in all three forms that Go has, and
// what logs make of the first:
//
//	dumps -n 400000 -o DIR
//
//	debug2.txt        cut at 64 MiB by Go itself, where n is large
//	debug1.txt        the same goroutines by stack and count
//	goroutine.pb.gz   the same as a profile
//	debug2.gz         the first, compressed
//	docker.json       the first in Docker's log of JSON lines
//	kubernetes.log    the first with the prefixes of a container runtime
//	counts.json       how many goroutines wait in each function, as the program itself knows
//
// It is a server of a usual shape: most requests wait for a lock, some for a slot, workers for work.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

func main() {
	n := flag.Int("n", 400_000, "goroutines")
	out := flag.String("o", ".", "folder to write to")
	flag.Parse()
	if err := run(*n, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n int, folder string) error {
	counts := newServer().start(n)
	for runtime.NumGoroutine() < n {
		time.Sleep(10 * time.Millisecond)
	}
	// The last ones are on their way to where they wait.
	time.Sleep(time.Second)
	profile := pprof.Lookup("goroutine")
	var text bytes.Buffer
	if err := profile.WriteTo(&text, 2); err != nil {
		return err
	}
	write := func(name string, fill func(w *bufio.Writer) error) error {
		f, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		defer f.Close()
		w := bufio.NewWriterSize(f, 1<<20)
		if err := fill(w); err != nil {
			return err
		}
		return w.Flush()
	}
	files := map[string]func(w *bufio.Writer) error{
		"debug2.txt":      func(w *bufio.Writer) error { _, err := w.Write(text.Bytes()); return err },
		"debug1.txt":      func(w *bufio.Writer) error { return profile.WriteTo(w, 1) },
		"goroutine.pb.gz": func(w *bufio.Writer) error { return profile.WriteTo(w, 0) },
		"debug2.gz":       func(w *bufio.Writer) error { return compress(w, text.Bytes()) },
		"docker.json":     func(w *bufio.Writer) error { return logged(w, text.Bytes(), docker) },
		"kubernetes.log":  func(w *bufio.Writer) error { return logged(w, text.Bytes(), kubernetes) },
		"counts.json":     func(w *bufio.Writer) error { return json.NewEncoder(w).Encode(counts) },
	}
	for name, fill := range files {
		if err := write(name, fill); err != nil {
			return err
		}
	}
	return nil
}

type server struct {
	mu    sync.Mutex
	slots chan struct{}
	work  chan *request
	never chan struct{}
}

type request struct {
	id     int
	header map[string]string
	body   []byte
}

func newServer() *server {
	s := &server{slots: make(chan struct{}), work: make(chan *request), never: make(chan struct{})}
	s.mu.Lock()
	return s
}

// start starts n goroutines and says how many wait in each function.
func (s *server) start(n int) map[string]int {
	counts := map[string]int{}
	for i := range n {
		r := &request{id: i, header: map[string]string{}, body: make([]byte, 8)}
		switch i % 10 {
		case 0, 1, 2, 3:
			counts["main.(*server).update"]++
			go s.serve(r, "PUT")
		case 4, 5:
			counts["main.(*server).acquire"]++
			go s.serve(r, "GET")
		case 6, 7, 8:
			counts["main.(*server).next"]++
			go s.worker(i, r)
		default:
			counts["main.(*server).subscribe.func1"]++
			s.subscribe(r)
		}
	}
	return counts
}

//go:noinline
func (s *server) serve(r *request, method string) { s.route(r, method, "/v1/items") }

//go:noinline
func (s *server) route(r *request, method, path string) {
	if method == "PUT" {
		s.put(r, path, len(r.body))
	} else {
		s.get(r, path)
	}
}

//go:noinline
func (s *server) put(r *request, path string, size int) { s.update(r.header, r.body, size) }

//go:noinline
func (s *server) update(header map[string]string, body []byte, size int) {
	s.mu.Lock()
	header["size"] = fmt.Sprint(size, len(body))
	s.mu.Unlock()
}

//go:noinline
func (s *server) get(r *request, path string) {
	s.acquire(r.id, path)
	<-s.slots
}

//go:noinline
func (s *server) acquire(id int, path string) { s.slots <- struct{}{} }

//go:noinline
func (s *server) worker(id int, first *request) {
	for {
		if r := s.next(id, first); r == nil {
			return
		}
	}
}

//go:noinline
func (s *server) next(id int, first *request) *request {
	select {
	case r := <-s.work:
		return r
	case <-s.never:
		return nil
	}
}

//go:noinline
func (s *server) subscribe(r *request) {
	go func() {
		<-s.never
		r.id = 0
	}()
}

func compress(w *bufio.Writer, text []byte) error {
	z := gzip.NewWriter(w)
	if _, err := z.Write(text); err != nil {
		return err
	}
	return z.Close()
}

// logged writes each line as a log does that gets them one after the other, 2 ms for a thousand.
func logged(w *bufio.Writer, text []byte, line func(w *bufio.Writer, at time.Time, text []byte) error) error {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for len(text) > 0 {
		one, rest, _ := bytes.Cut(text, []byte{'\n'})
		if err := line(w, at, one); err != nil {
			return err
		}
		text, at = rest, at.Add(2017*time.Nanosecond)
	}
	return nil
}

func docker(w *bufio.Writer, at time.Time, text []byte) error {
	quoted, err := json.Marshal(string(text) + "\n")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "{\"log\":%s,\"stream\":\"stderr\",\"time\":%q}\n", quoted, at.Format(time.RFC3339Nano))
	return err
}

func kubernetes(w *bufio.Writer, at time.Time, text []byte) error {
	_, err := fmt.Fprintf(w, "%s stderr F %s\n", at.Format(time.RFC3339Nano), text)
	return err
}
