// Package background: a night watch ends when its context does; it was given the one that never does.
//
// hang: background.(*watch).walk chan-receive no-sender x1
package background

import "context"

type watch struct {
	ctx    context.Context
	rounds int
}

func newWatch(ctx context.Context) *watch {
	if ctx == nil {
		ctx = context.Background()
	}
	return &watch{ctx: ctx}
}

func (w *watch) walk() {
	w.rounds++
	<-w.ctx.Done()
}

// Run walks.
func Run() {
	go newWatch(nil).walk()
}
