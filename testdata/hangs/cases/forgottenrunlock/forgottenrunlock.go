// Package forgottenrunlock: a reader returns early without RUnlock; the writer waits, and readers behind the writer.
//
// hang: forgottenrunlock.(*registry).Pick rwmutex forgotten-unlock|holder-blocked
// hang: forgottenrunlock.(*registry).Set rwmutex forgotten-unlock
package forgottenrunlock

import (
	"errors"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type endpoint struct {
	addr    string
	healthy bool
}

type registry struct {
	mu        sync.RWMutex
	endpoints map[string][]endpoint
}

func (r *registry) Pick(svc string) (string, error) {
	r.mu.RLock()
	eps, ok := r.endpoints[svc]
	if !ok {
		r.mu.RUnlock()
		return "", errors.New("unknown service")
	}
	for _, e := range eps {
		if e.healthy {
			r.mu.RUnlock()
			return e.addr, nil
		}
	}
	return "", errors.New("none is healthy")
}

func (r *registry) Set(svc string, eps ...endpoint) {
	r.mu.Lock()
	r.endpoints[svc] = eps
	r.mu.Unlock()
}

type sidecar struct {
	r    *registry
	errs int
}

func (s *sidecar) loop(svc string) {
	for {
		if _, err := s.r.Pick(svc); err != nil {
			s.errs++
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestUnhealthyService(t *runner.T) {
	r := &registry{endpoints: map[string][]endpoint{}}
	r.Set("db", endpoint{"10.0.0.1", false})
	r.Set("web", endpoint{"10.0.0.2", true})
	first := make(chan struct{})
	go func() {
		defer close(first)
		r.Pick("db")
	}()
	<-first
	for i := 0; i < 3; i++ {
		go (&sidecar{r: r}).loop("web")
	}
	time.Sleep(50 * time.Millisecond)
	go r.Set("db", endpoint{"10.0.0.1", true})
}

// Run runs it as a test.
func Run() {
	runner.Run("TestUnhealthyService", TestUnhealthyService)
}
