// Package nilreceive: a diver waits for a signal on a channel that only the constructor with a rope makes.
//
// hang: nilreceive.(*diver).wait chan-receive no-sender x1
package nilreceive

type diver struct {
	depth int
	pull  chan struct{}
}

func newDiver(depth int, rope bool) *diver {
	d := &diver{depth: depth}
	if rope {
		d.pull = make(chan struct{})
	}
	return d
}

func (d *diver) wait() {
	<-d.pull
	d.depth = 0
}

// Run dives without a rope.
func Run() {
	d := newDiver(12, false)
	go d.wait()
}
