// Package twin: each tenant of a house has a loop of his own. One tenant has moved out and told nobody; the others live on.
//
// hang: twin.(*tenant).live chan-receive no-sender x1
package twin

import "time"

type tenant struct {
	name string
	mail chan string
	read int
}

func (t *tenant) live() {
	for range t.mail {
		t.read++
	}
}

func (t *tenant) subscribe(letters int) {
	for i := 0; i != letters; i++ {
		t.mail <- "newspaper"
		time.Sleep(7 * time.Millisecond)
	}
}

// Run has three tenants; the second's subscription ends.
func Run() {
	for _, t := range []*tenant{{name: "Ada"}, {name: "Bo"}, {name: "Cy"}} {
		t.mail = make(chan string)
		letters := -1
		if t.name == "Bo" {
			letters = 3
		}
		go t.live()
		go t.subscribe(letters)
	}
}
