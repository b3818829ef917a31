// Package missingdone: three painters; one finds its wall wet and leaves without a word. The owner waits.
//
// hang: missingdone.(*house).paint waitgroup never-done x1
package missingdone

import (
	"errors"
	"sync"
	"time"
)

type wall struct{ wet bool }

type house struct {
	walls []wall
}

func (w *wall) coat() error {
	if w.wet {
		return errors.New("wet")
	}
	time.Sleep(time.Millisecond)
	return nil
}

func (h *house) paint() {
	var painters sync.WaitGroup
	for i := range h.walls {
		painters.Add(1)
		go func(w *wall) {
			if err := w.coat(); err != nil {
				return
			}
			painters.Done()
		}(&h.walls[i])
	}
	painters.Wait()
}

// Run paints three walls.
func Run() {
	h := &house{walls: []wall{{}, {wet: true}, {}}}
	go h.paint()
}
