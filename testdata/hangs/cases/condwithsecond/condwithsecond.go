// Package condwithsecond: a waiter holds a second lock while it waits for a signal; who signals needs that lock.
//
// hang: condwithsecond.(*client).End mutex holder-blocked|lock-order-cycle
// hang: condwithsecond.(*pool).acquire cond lost-signal|holder-blocked|lock-order-cycle
package condwithsecond

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type conn struct {
	id   int
	busy bool
}

type pool struct {
	mu   sync.Mutex
	cond *sync.Cond
	free []*conn
}

type client struct {
	reqMu sync.Mutex
	p     *pool
	reqs  int
}

func newPool(n int) *pool {
	p := &pool{}
	p.cond = sync.NewCond(&p.mu)
	for i := 0; i < n; i++ {
		p.free = append(p.free, &conn{id: i})
	}
	return p
}

func (p *pool) acquire() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.free) == 0 {
		p.cond.Wait()
	}
	c := p.free[0]
	p.free = p.free[1:]
	return c
}

func (p *pool) release(c *conn) {
	p.mu.Lock()
	p.free = append(p.free, c)
	p.cond.Signal()
	p.mu.Unlock()
}

func (c *client) Begin() *conn {
	c.reqMu.Lock()
	defer c.reqMu.Unlock()
	c.reqs++
	return c.p.acquire()
}

func (c *client) End(cn *conn) {
	c.reqMu.Lock()
	c.reqs--
	c.p.release(cn)
	c.reqMu.Unlock()
}

func (c *client) roundTrip(d time.Duration) {
	cn := c.Begin()
	time.Sleep(d)
	c.End(cn)
}

func TestTwoRoundTrips(t *runner.T) {
	c := &client{p: newPool(1)}
	go c.roundTrip(50 * time.Millisecond)
	time.Sleep(10 * time.Millisecond)
	go c.roundTrip(time.Millisecond)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestTwoRoundTrips", TestTwoRoundTrips)
}
