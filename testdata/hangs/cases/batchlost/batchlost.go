// Package batchlost: an editor collects articles into a batch of three and answers all of them when it is full; the last
// batch never is.
//
// hang: batchlost.(*editor).submit chan-receive no-sender x2
// also: batchlost.(*editor).collect
package batchlost

type article struct {
	text string
	done chan bool
}

type editor struct {
	in chan article
}

func (e *editor) collect() {
	var batch []article
	for a := range e.in {
		if batch = append(batch, a); len(batch) == 3 {
			for _, b := range batch {
				b.done <- true
			}
			batch = nil
		}
	}
}

func (e *editor) submit(text string) bool {
	a := article{text, make(chan bool, 1)}
	e.in <- a
	return <-a.done
}

// Run submits five.
func Run() {
	e := &editor{in: make(chan article)}
	go e.collect()
	for _, text := range []string{"a", "b", "c", "d", "e"} {
		go e.submit(text)
	}
}
