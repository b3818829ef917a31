// Package methodvalue: a carousel's turn is a method value in a table of jobs; it waits for a child's ticket that the
// till, which is closed, sold last.
//
// hang: methodvalue.(*carousel).turn chan-receive no-sender x1
package methodvalue

type carousel struct {
	tickets chan int
	rounds  int
}

func (c *carousel) turn() {
	for c.rounds < 5 {
		c.rounds += <-c.tickets
	}
}

func (c *carousel) sell() {
	for i := 0; i < 3; i++ {
		c.tickets <- 1
	}
}

type fair struct {
	jobs []func()
}

func (f *fair) open() {
	for _, job := range f.jobs {
		go job()
	}
}

// Run opens a fair.
func Run() {
	c := &carousel{tickets: make(chan int)}
	f := &fair{jobs: []func(){c.turn, c.sell}}
	f.open()
}
