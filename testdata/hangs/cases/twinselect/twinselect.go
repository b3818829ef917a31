// Package twinselect: each tram line has a loop that waits for a stop or for its end; one line's driver has gone without
// ending it, two drive on.
//
// hang: twinselect.(*line).run select no-sender x1
package twinselect

import (
	"context"
	"time"
)

type line struct {
	stops chan string
	count int
}

func (l *line) run(ctx context.Context) {
	for {
		select {
		case <-l.stops:
			l.count++
		case <-ctx.Done():
			return
		}
	}
}

func (l *line) drive(ctx context.Context, stops int) {
	ctx, cancel := context.WithCancel(ctx)
	go l.run(ctx)
	for i := 0; i != stops; i++ {
		l.stops <- "Rathaus"
		time.Sleep(6 * time.Millisecond)
	}
	if l.count > 1000 {
		cancel()
	}
	_ = cancel
}

// Run has three lines, the first of three stops.
func Run() {
	for _, stops := range []int{3, -1, -1} {
		go (&line{stops: make(chan string)}).drive(context.Background(), stops)
	}
}
