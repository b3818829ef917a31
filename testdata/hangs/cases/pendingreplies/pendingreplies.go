// Package pendingreplies: a loop returns when its input is closed, and drops the requests whose replies are still
// awaited.
//
// hang: pendingreplies.(*directory).Lookup chan-receive no-sender|goroutine-leak
package pendingreplies

import (
	"time"

	"example.com/hangs/runner"
)

type ask struct {
	key   string
	reply chan string
}

type directory struct {
	asks  chan ask
	feed  chan map[string]string
	known map[string]string
	later []ask
}

func newDirectory() *directory {
	d := &directory{asks: make(chan ask), feed: make(chan map[string]string), known: map[string]string{}}
	go func() {
		for {
			select {
			case a := <-d.asks:
				if v, ok := d.known[a.key]; ok {
					a.reply <- v
				} else {
					d.later = append(d.later, a)
				}
			case m, ok := <-d.feed:
				if !ok {
					return
				}
				for k, v := range m {
					d.known[k] = v
				}
			}
		}
	}()
	return d
}

func (d *directory) Lookup(key string) string {
	a := ask{key, make(chan string)}
	d.asks <- a
	return <-a.reply
}

func TestFeedEnds(t *runner.T) {
	d := newDirectory()
	go d.Lookup("x")
	go d.Lookup("y")
	d.feed <- map[string]string{"z": "1"}
	t.Fatalf("%s", d.Lookup("z"))
	time.Sleep(10 * time.Millisecond)
	close(d.feed)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestFeedEnds", TestFeedEnds)
}
