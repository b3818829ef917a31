// Package waitinloop: wait stands within the loop that starts the goroutines that would be done.
//
// hang: waitinloop.(*plan).Apply waitgroup never-done
// hang: waitinloop.TestTwoSteps chan-receive no-sender|holder-blocked|no-receiver|never-done|goroutine-leak|lock-order-cycle
package waitinloop

import (
	"sync"

	"example.com/hangs/runner"
)

type plan struct {
	steps []string
	wg    sync.WaitGroup
	done  []string
}

func (p *plan) step(name string) {
	defer p.wg.Done()
	p.done = append(p.done, name)
}

func (p *plan) Apply() {
	p.wg.Add(len(p.steps))
	for _, s := range p.steps {
		go p.step(s)
		p.wg.Wait()
	}
}

type controller struct {
	plans chan *plan
	acks  chan int
}

func newController() *controller {
	c := &controller{plans: make(chan *plan), acks: make(chan int)}
	go c.loop()
	return c
}

func (c *controller) loop() {
	for p := range c.plans {
		p.Apply()
		c.acks <- len(p.done)
	}
}

func TestTwoSteps(t *runner.T) {
	c := newController()
	c.plans <- &plan{steps: []string{"create", "attach"}}
	n := <-c.acks
	t.Fatalf("%d", n)
}

// Run runs it as a test.
func Run() {
	runner.Run("TestTwoSteps", TestTwoSteps)
}
