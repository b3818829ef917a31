// Package selectgone: a referee waits for either team's call; both teams have gone home.
//
// hang: selectgone.(*referee).watch select no-sender x1
package selectgone

type referee struct {
	home, away chan string
	calls      int
}

func (r *referee) watch() {
	for {
		select {
		case <-r.home:
			r.calls++
		case <-r.away:
			r.calls--
		}
	}
}

func team(call chan<- string, calls ...string) {
	for _, c := range calls {
		call <- c
	}
}

// Run is a match.
func Run() {
	r := &referee{home: make(chan string), away: make(chan string)}
	go r.watch()
	go team(r.home, "foul", "out")
	go team(r.away, "hand")
}
