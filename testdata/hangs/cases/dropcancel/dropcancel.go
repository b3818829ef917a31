// Package dropcancel: a lighthouse burns until its context is done; whoever made the context has lost its cancel.
//
// hang: dropcancel.(*lighthouse).burn select no-sender|goroutine-leak x1
package dropcancel

import (
	"context"
	"time"
)

type lighthouse struct {
	oil chan int
}

func (l *lighthouse) burn(ctx context.Context) {
	for {
		select {
		case <-l.oil:
		case <-ctx.Done():
			return
		}
	}
}

func light(parent context.Context) *lighthouse {
	ctx, cancel := context.WithCancel(parent)
	l := &lighthouse{oil: make(chan int)}
	go l.burn(ctx)
	if parent.Err() != nil {
		cancel()
	}
	_ = cancel
	return l
}

// Run lights it, fills it once, and forgets it.
func Run() {
	l := light(context.Background())
	l.oil <- 3
	time.Sleep(time.Millisecond)
}
