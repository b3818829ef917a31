// Package inlined: a small method makes the closure that sends; the compiler puts the method into its caller, and the
// closure has both their names.
//
// hang: inlined.Run.(*postbox).collector.func1 chan-send no-receiver|goroutine-leak x1
package inlined

type postbox struct{ letters chan string }

func newPostbox() *postbox { return &postbox{letters: make(chan string)} }

func (p *postbox) collector() func() {
	return func() { p.letters <- "postcard" }
}

// Run collects one that nobody fetches.
func Run() {
	p := newPostbox()
	go p.collector()()
}
