// Command lazy-init makes things when they are first asked for: a configuration,
// once, and pages, of which each is made by one while the others that want it wait.
package main

import (
	"fmt"
	"log"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"example.com/healthy/internal/live"
)

type config struct {
	once  sync.Once
	title string
}

func (c *config) get() string {
	c.once.Do(func() {
		time.Sleep(200 * time.Millisecond)
		c.title = "gophers"
	})
	return c.title
}

type pages struct{ flights singleflight.Group }

func (p *pages) get(name, title string) string {
	page, err, _ := p.flights.Do(name, func() (interface{}, error) {
		time.Sleep(40 * time.Millisecond)
		return fmt.Sprint(title, name), nil
	})
	if err != nil {
		log.Fatal(err)
	}
	return page.(string)
}

func main() {
	var c config
	var p pages
	live.Serve()
	live.Work(16, func(i int) { p.get(fmt.Sprint("page", i%2), c.get()) })
	select {}
}
