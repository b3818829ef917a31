// Package testcleanup: a test starts a postman and ends early, before it has told him to go home; what it told its
// cleanup to do waits for him.
//
// hang: testcleanup.(*postman).walk chan-receive no-sender x1
// hang: testcleanup.(*postman).home waitgroup never-done|holder-blocked x1
package testcleanup

import (
	"sync"

	"example.com/hangs/runner"
)

type postman struct {
	letters chan string
	walking sync.WaitGroup
	bag     []string
}

func (p *postman) start() {
	p.letters = make(chan string)
	p.walking.Add(1)
	go p.walk()
}

func (p *postman) walk() {
	defer p.walking.Done()
	for letter := range p.letters {
		p.bag = append(p.bag, letter)
	}
}

//go:noinline
func (p *postman) home() { p.walking.Wait() }

func testPostman(t *runner.T) {
	p := &postman{}
	p.start()
	t.Cleanup(p.home)
	p.letters <- "bill"
	if len(p.bag) < 5 {
		return
	}
	close(p.letters)
}

// Run is the test.
func Run() { runner.Run("TestPostman", testPostman) }
