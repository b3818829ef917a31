// Package oncehttp: the first page that is asked for loads the catalogue, under a sync.Once, which takes 500 ms; whoever
// comes meanwhile waits, and gets it. Then a new one is printed.
//
// healthy
package oncehttp

import (
	"sync"
	"time"
)

type catalogue struct {
	load  sync.Once
	pages []string
}

func (c *catalogue) page(i int) string {
	c.load.Do(func() {
		time.Sleep(500 * time.Millisecond)
		c.pages = []string{"title", "index"}
	})
	return c.pages[i%2]
}

// Run has three readers of each catalogue.
func Run() {
	for {
		c := &catalogue{}
		var read sync.WaitGroup
		for i := 0; i < 3; i++ {
			read.Add(1)
			go func() {
				defer read.Done()
				c.page(i)
			}()
		}
		read.Wait()
	}
}
