// Package pipelinestop: the last stage of a pipeline stops early; the stages before it stand in their sends.
//
// hang: pipelinestop.(*pipeline).scan chan-send no-receiver|goroutine-leak|holder-blocked
// hang: pipelinestop.(*pipeline).project chan-send no-receiver|goroutine-leak
package pipelinestop

import "example.com/hangs/runner"

type row struct{ id int }

type pipeline struct {
	src  chan row
	proj chan row
	n    int
}

func (p *pipeline) scan(total int) {
	defer close(p.src)
	for i := 0; i < total; i++ {
		p.src <- row{i}
	}
}

func (p *pipeline) project() {
	defer close(p.proj)
	for r := range p.src {
		r.id *= 2
		p.proj <- r
	}
}

func (p *pipeline) limit(n int) (out []row) {
	for r := range p.proj {
		out = append(out, r)
		if len(out) == n {
			return out
		}
	}
	return out
}

func newPipeline(total int) *pipeline {
	p := &pipeline{src: make(chan row, 1), proj: make(chan row)}
	go p.scan(total)
	go p.project()
	return p
}

func TestLimit(t *runner.T) {
	p := newPipeline(100)
	q := newPipeline(3)
	t.Fatalf("%d %d", len(p.limit(5)), len(q.limit(5)))
}

// Run runs it as a test.
func Run() {
	runner.Run("TestLimit", TestLimit)
}
