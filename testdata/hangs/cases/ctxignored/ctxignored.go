// Package ctxignored: a stream's select has a context that nobody cancels and a window that nobody refills: its owner
// has returned.
//
// hang: ctxignored.(*conn).writeLoop select no-sender|goroutine-leak
package ctxignored

import (
	"context"
	"time"

	"example.com/hangs/runner"
)

type frame struct{ n int }

type stream struct {
	ctx    context.Context
	cancel context.CancelFunc
	window chan int
	wrote  int
}

type conn struct {
	streams map[int]*stream
	frames  chan frame
}

func newConn() *conn { return &conn{streams: map[int]*stream{}, frames: make(chan frame, 16)} }

func (c *conn) open(id int) *stream {
	ctx, cancel := context.WithCancel(context.Background())
	s := &stream{ctx: ctx, cancel: cancel, window: make(chan int, 1)}
	s.window <- 10
	c.streams[id] = s
	go c.writeLoop(s)
	return s
}

func (c *conn) writeLoop(s *stream) {
	for {
		select {
		case n := <-s.window:
			c.frames <- frame{n}
			s.wrote += n
		case <-s.ctx.Done():
			return
		}
	}
}

func (c *conn) reset(id int) {
	delete(c.streams, id)
}

func TestReset(t *runner.T) {
	c := newConn()
	s := c.open(1)
	s.window <- 5
	time.Sleep(20 * time.Millisecond)
	c.reset(1)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestReset", TestReset)
}
