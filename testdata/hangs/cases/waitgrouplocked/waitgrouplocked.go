// Package waitgrouplocked: workers add their result with the lock that the collector holds while it waits for them.
//
// hang: waitgrouplocked.(*scanner).ScanAll waitgroup never-done|holder-blocked|lock-order-cycle
// hang: waitgrouplocked.(*scanner).scanPart mutex holder-blocked|lock-order-cycle
package waitgrouplocked

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type result struct{ rows int }

type scanner struct {
	sync.Mutex
	results []result
	parts   int
}

func (s *scanner) scanPart(i int, wg *sync.WaitGroup) {
	defer wg.Done()
	time.Sleep(time.Duration(10+i) * time.Millisecond)
	s.Lock()
	s.results = append(s.results, result{i})
	s.Unlock()
}

func (s *scanner) ScanAll() []result {
	s.Lock()
	defer s.Unlock()
	var wg sync.WaitGroup
	for i := 0; i < s.parts; i++ {
		wg.Add(1)
		go s.scanPart(i, &wg)
	}
	wg.Wait()
	return s.results
}

func TestScanAll(t *runner.T) {
	s := &scanner{parts: 6}
	done := make(chan []result, 1)
	go func() { done <- s.ScanAll() }()
	select {
	case r := <-done:
		t.Fatalf("%d", len(r))
	case <-time.After(200 * time.Millisecond):
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestScanAll", TestScanAll)
}
