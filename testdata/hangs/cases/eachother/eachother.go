// Package eachother: two chess clubs tell each other their moves, each before it listens.
//
// hang: eachother.(*club).play chan-send lock-order-cycle|no-receiver|holder-blocked x2
package eachother

type club struct {
	in, out chan string
}

func (c *club) play() {
	for _, move := range []string{"e4", "d5"} {
		c.out <- move
		<-c.in
	}
}

// Run lets both begin.
func Run() {
	a, b := make(chan string), make(chan string)
	go (&club{a, b}).play()
	go (&club{b, a}).play()
}
