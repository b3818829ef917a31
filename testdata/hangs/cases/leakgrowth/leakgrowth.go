// Package leakgrowth: each call leaves a goroutine behind: a leak that grows.
//
// hang: leakgrowth.(*client).Fastest.func1 chan-send goroutine-leak|no-receiver
package leakgrowth

import (
	"time"

	"example.com/hangs/runner"
)

type lookup struct{ host string }

type client struct {
	servers int
	calls   int
}

func (c *client) query(i int, l lookup) string {
	time.Sleep(time.Duration(i+1) * time.Millisecond)
	return l.host
}

func (c *client) Fastest(l lookup) string {
	res := make(chan string)
	for i := 0; i < c.servers; i++ {
		go func(i int) {
			res <- c.query(i, l)
		}(i)
	}
	c.calls++
	return <-res
}

func TestFastest(t *runner.T) {
	c := &client{servers: 3}
	for {
		c.Fastest(lookup{"a"})
		time.Sleep(60 * time.Millisecond)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestFastest", TestFastest)
}
