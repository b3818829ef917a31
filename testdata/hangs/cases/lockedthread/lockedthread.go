// Package lockedthread: a plotter's loop is bound to its thread and waits for lines; a drawing waits for each line's end
// and the plotter's pen broke in the first.
//
// hang: lockedthread.(*drawing).line chan-receive no-sender x1
// also: lockedthread.(*plotter).loop
package lockedthread

import "runtime"

type line struct {
	length int
	drawn  chan struct{}
}

type plotter struct {
	lines chan line
	pen   int
}

func (p *plotter) loop() {
	runtime.LockOSThread()
	for l := range p.lines {
		p.pen -= l.length
		if p.pen >= 0 {
			close(l.drawn)
		}
	}
}

type drawing struct{ on *plotter }

func (d *drawing) line(length int) {
	l := line{length, make(chan struct{})}
	d.on.lines <- l
	<-l.drawn
}

// Run draws two lines.
func Run() {
	p := &plotter{lines: make(chan line), pen: 10}
	go p.loop()
	d := &drawing{p}
	go func() {
		d.line(8)
		d.line(5)
	}()
}
