// Package condhttp: a printer waits at a Cond for jobs that come by HTTP; none has come for long, and no living goroutine
// but the server's could signal.
//
// healthy
package condhttp

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

type printer struct {
	mu   sync.Mutex
	jobs *sync.Cond
	todo int
}

func (p *printer) run() {
	for {
		p.mu.Lock()
		for p.todo == 0 {
			p.jobs.Wait()
		}
		p.todo--
		p.mu.Unlock()
	}
}

func (p *printer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.todo++
	p.mu.Unlock()
	p.jobs.Signal()
}

// Run prints two pages.
func Run() {
	p := &printer{}
	p.jobs = sync.NewCond(&p.mu)
	go p.run()
	server := httptest.NewServer(p)
	for i := 0; i < 2; i++ {
		if response, err := http.Get(server.URL); err == nil {
			response.Body.Close()
		}
	}
}
