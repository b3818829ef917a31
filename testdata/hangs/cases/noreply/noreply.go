// Package noreply: an oracle answers each question on the question's own channel, but for those it does not like.
//
// hang: noreply.(*oracle).ask chan-receive no-sender|goroutine-leak x1
// also: noreply.(*oracle).serve
package noreply

import "strings"

type question struct {
	text  string
	reply chan string
}

type oracle struct {
	questions chan question
}

func (o *oracle) serve() {
	for q := range o.questions {
		if strings.HasSuffix(q.text, "!") {
			continue
		}
		q.reply <- "perhaps"
	}
}

func (o *oracle) ask(text string) string {
	q := question{text, make(chan string)}
	o.questions <- q
	return <-q.reply
}

// Run asks well and badly.
func Run() {
	o := &oracle{questions: make(chan question)}
	go o.serve()
	go func() {
		o.ask("When?")
		o.ask("Now!")
	}()
}
