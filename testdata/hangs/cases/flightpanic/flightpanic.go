// Package flightpanic: a single flight: the first caller's function panics and is recovered above; the others wait for
// its WaitGroup.
//
// hang: flightpanic.(*group).Do waitgroup never-done
package flightpanic

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type call struct {
	wg  sync.WaitGroup
	val int
}

type group struct {
	mu sync.Mutex
	m  map[string]*call
}

func (g *group) Do(key string, fn func() int) int {
	g.mu.Lock()
	if c, ok := g.m[key]; ok {
		g.mu.Unlock()
		c.wg.Wait()
		return c.val
	}
	c := &call{}
	c.wg.Add(1)
	g.m[key] = c
	g.mu.Unlock()
	c.val = fn()
	c.wg.Done()
	g.mu.Lock()
	delete(g.m, key)
	g.mu.Unlock()
	return c.val
}

type resolver struct{ g *group }

func (r *resolver) resolve(host string) (n int, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("%v", e)
		}
	}()
	return r.g.Do(host, func() int {
		time.Sleep(20 * time.Millisecond)
		if strings.HasSuffix(host, ".") {
			panic("root")
		}
		return len(host)
	}), nil
}

func TestResolveRoot(t *runner.T) {
	r := &resolver{&group{m: map[string]*call{}}}
	for i := 0; i < 3; i++ {
		go r.resolve("a.b.")
		go r.resolve("c")
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestResolveRoot", TestResolveRoot)
}
