// Package oncering: initialisation within sync.Once starts a goroutine and waits for it; that one asks for the same
// instance.
//
// hang: oncering.(*loader).load waitgroup never-done|holder-blocked|lock-order-cycle
// hang: oncering.(*loader).Get mutex holder-blocked|self-deadlock|lock-order-cycle
package oncering

import (
	"sync"

	"example.com/hangs/runner"
)

type config struct{ vals map[string]string }

type loader struct {
	once sync.Once
	cfg  *config
	err  error
}

func (l *loader) Get() *config {
	l.once.Do(l.load)
	return l.cfg
}

func (l *loader) load() {
	c := &config{vals: map[string]string{}}
	var wg sync.WaitGroup
	for _, src := range []string{"env", "file"} {
		wg.Add(1)
		go func(src string) {
			defer wg.Done()
			l.readSource(c, src)
		}(src)
	}
	wg.Wait()
	l.cfg = c
}

func (l *loader) readSource(c *config, src string) {
	if src == "file" {
		l.defaults()
	}
}

func (l *loader) defaults() string {
	return l.Get().vals["path"]
}

func TestGet(t *runner.T) {
	l := &loader{}
	l.Get()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestGet", TestGet)
}
