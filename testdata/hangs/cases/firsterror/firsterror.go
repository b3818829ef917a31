// Package firsterror: the first error ends the loop; the others cannot send.
//
// hang: firsterror.(*scheduler).FilterAll.func1 chan-send no-receiver|goroutine-leak
package firsterror

import (
	"errors"
	"fmt"
	"time"

	"example.com/hangs/runner"
)

type node struct {
	name string
	bad  bool
}

type scheduler struct{ nodes []node }

func (s *scheduler) filter(n node) error {
	time.Sleep(5 * time.Millisecond)
	if n.bad {
		return errors.New(n.name)
	}
	return nil
}

func (s *scheduler) FilterAll() error {
	errc := make(chan error)
	for _, n := range s.nodes {
		go func(n node) {
			errc <- s.filter(n)
		}(n)
	}
	for range s.nodes {
		if err := <-errc; err != nil {
			return err
		}
	}
	return nil
}

func TestFilterBad(t *runner.T) {
	s := &scheduler{}
	for i := 0; i < 9; i++ {
		s.nodes = append(s.nodes, node{fmt.Sprint("n", i), true})
	}
	if s.FilterAll() == nil {
		t.Fatalf("no error")
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestFilterBad", TestFilterBad)
}
