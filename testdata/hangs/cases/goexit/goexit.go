// Package goexit: a goroutine ends by runtime.Goexit in the middle, as a test's FailNow does, and never says that it
// is ready.
//
// hang: goexit.(*suite).Run waitgroup never-done|holder-blocked
// hang: goexit.(*suite).await chan-receive no-sender|goroutine-leak
package goexit

import (
	"runtime"
	"sync"

	"example.com/hangs/runner"
)

type fixture struct {
	ready chan struct{}
	errs  []string
}

func (f *fixture) fail(msg string) {
	f.errs = append(f.errs, msg)
	runtime.Goexit()
}

func (f *fixture) setup(ok bool) {
	if !ok {
		f.fail("no port")
	}
	close(f.ready)
}

type suite struct {
	fixtures []*fixture
	wg       sync.WaitGroup
}

func (s *suite) await(f *fixture) {
	<-f.ready
	s.wg.Done()
}

func (s *suite) Run() {
	for i, f := range s.fixtures {
		s.wg.Add(1)
		go f.setup(i != 1)
		go s.await(f)
	}
	s.wg.Wait()
}

func TestSuite(t *runner.T) {
	s := &suite{}
	for i := 0; i < 3; i++ {
		s.fixtures = append(s.fixtures, &fixture{ready: make(chan struct{})})
	}
	s.Run()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestSuite", TestSuite)
}
