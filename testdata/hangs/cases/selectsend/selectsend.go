// Package selectsend: a seismograph offers its values or stops when told to; its reader is gone after the first strong
// one, and tells nobody.
//
// hang: selectsend.(*seismograph).run select no-receiver|no-sender x1
package selectsend

import "time"

type seismograph struct {
	values chan float64
	quit   chan struct{}
}

func (s *seismograph) run() {
	for v := 0.5; ; v *= 1.5 {
		time.Sleep(time.Millisecond)
		select {
		case s.values <- v:
		case <-s.quit:
			return
		}
	}
}

func (s *seismograph) firstAbove(limit float64) float64 {
	for v := range s.values {
		if v > limit {
			return v
		}
	}
	return 0
}

// Run waits for a strong one.
func Run() {
	s := &seismograph{values: make(chan float64), quit: make(chan struct{})}
	go s.run()
	_ = s.firstAbove(7) > 7
}
