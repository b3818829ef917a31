// Package ackpair: a sender waits for each parcel's receipt, on a channel of its own; the receiver counts two parcels to
// a receipt, so both wait for the other's next word.
//
// hang: ackpair.(*sender).send chan-receive no-sender|holder-blocked|lock-order-cycle x1
// hang: ackpair.(*receiver).run chan-receive no-sender|holder-blocked|lock-order-cycle x1
package ackpair

type wire struct {
	parcels  chan int
	receipts chan int
}

type sender struct{ wire }
type receiver struct{ wire }

func (s *sender) send(n int) {
	for i := 0; i < n; i++ {
		s.parcels <- i
		<-s.receipts
	}
	close(s.parcels)
}

func (r *receiver) run() {
	open := 0
	for p := range r.parcels {
		if open++; open == 2 {
			r.receipts <- p
			open = 0
		}
	}
}

// Run sends three.
func Run() {
	w := wire{make(chan int), make(chan int)}
	go (&sender{w}).send(3)
	go (&receiver{w}).run()
}
