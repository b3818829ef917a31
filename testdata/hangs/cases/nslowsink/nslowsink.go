// Package nslowsink: a pipeline whose last stage sleeps for four seconds an item; all before it stand in their sends.
//
// healthy
package nslowsink

import (
	"time"

	"example.com/hangs/runner"
)

type item struct{ n int }

type flow struct{ a, b, c chan item }

func (f *flow) read() {
	for i := 0; ; i++ {
		f.a <- item{i}
	}
}

func (f *flow) parse() {
	for it := range f.a {
		f.b <- it
	}
}

func (f *flow) index() {
	for it := range f.b {
		f.c <- it
	}
}

func (f *flow) sink() {
	for range f.c {
		time.Sleep(4 * time.Second)
	}
}

func TestFlow(t *runner.T) {
	f := &flow{make(chan item), make(chan item, 2), make(chan item)}
	go f.read()
	go f.parse()
	go f.index()
	go f.sink()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestFlow", TestFlow)
}
