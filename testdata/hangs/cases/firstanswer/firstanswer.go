// Package firstanswer: three lighthouses are asked, the first answer is taken, the other two cannot be handed over.
//
// hang: firstanswer.(*coast).ask.func1 chan-send no-receiver|goroutine-leak x2
package firstanswer

import "time"

type coast struct {
	delays []time.Duration
}

func (c *coast) ask() string {
	answers := make(chan string)
	for i, delay := range c.delays {
		go func() {
			time.Sleep(delay)
			answers <- string(rune('A' + i))
		}()
	}
	return <-answers
}

// Run asks once.
func Run() {
	c := &coast{delays: []time.Duration{2 * time.Millisecond, 6 * time.Millisecond, 9 * time.Millisecond}}
	c.ask()
}
