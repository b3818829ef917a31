// Package afterfuncsend: a reminder is sent by a timer's function into a channel without room; who wanted it has eaten
// already.
//
// hang: afterfuncsend.(*cook).cook.(*cook).remind.func2 chan-send no-receiver|goroutine-leak x1
// hang: afterfuncsend.(*cook).cook.(*cook).remind.func3 chan-send no-receiver|goroutine-leak x1
package afterfuncsend

import "time"

type cook struct {
	bell chan string
}

func (c *cook) remind(what string, after time.Duration) {
	time.AfterFunc(after, func() { c.bell <- what })
}

func (c *cook) cook() string {
	c.remind("eggs", 4*time.Millisecond)
	c.remind("rice", 80*time.Millisecond)
	c.remind("stew", 120*time.Millisecond)
	return <-c.bell
}

// Run cooks.
func Run() {
	(&cook{bell: make(chan string)}).cook()
}
