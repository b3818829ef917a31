// Package waitthendrain: the parent waits for its workers before it reads what they send.
//
// hang: waitthendrain.(*checker).All waitgroup never-done|holder-blocked|lock-order-cycle
// hang: waitthendrain.(*checker).All.func1 chan-send no-receiver|holder-blocked|lock-order-cycle
package waitthendrain

import (
	"fmt"
	"sync"

	"example.com/hangs/runner"
)

type checker struct {
	hosts []string
	errs  chan error
}

func (c *checker) check(h string) error {
	if len(h) > 3 {
		return fmt.Errorf("%s: too long", h)
	}
	return nil
}

func (c *checker) All() (n int) {
	var wg sync.WaitGroup
	for _, h := range c.hosts {
		wg.Add(1)
		go func(h string) {
			defer wg.Done()
			if err := c.check(h); err != nil {
				c.errs <- err
			}
		}(h)
	}
	wg.Wait()
	close(c.errs)
	for range c.errs {
		n++
	}
	return n
}

func TestTwoLong(t *runner.T) {
	c := &checker{[]string{"a", "bcde", "fghi"}, make(chan error)}
	if c.All() != 2 {
		t.Fatalf("wrong")
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestTwoLong", TestTwoLong)
}
