// Package ownqueue: a crawler's loop puts what it finds into the queue that it alone empties.
//
// hang: ownqueue.(*crawler).visit chan-send self-deadlock|no-receiver x1
package ownqueue

type crawler struct {
	pages chan string
	seen  int
}

func (c *crawler) loop() {
	for page := range c.pages {
		c.visit(page)
	}
}

//go:noinline
func (c *crawler) visit(page string) {
	c.seen++
	for _, link := range []string{"/a", "/b"} {
		c.pages <- page + link
	}
}

// Run begins with one page.
func Run() {
	c := &crawler{pages: make(chan string, 4)}
	c.pages <- "/"
	go c.loop()
}
