// Package limiter: ten want two slots of a semaphore; each gets one in time.
//
// healthy
package limiter

import "time"

type ovens struct {
	slots chan struct{}
}

func (o *ovens) bake() {
	o.slots <- struct{}{}
	defer func() { <-o.slots }()
	time.Sleep(30 * time.Millisecond)
}

// Run has ten bakers.
func Run() {
	o := &ovens{slots: make(chan struct{}, 2)}
	for i := 0; i < 10; i++ {
		go func() {
			for {
				o.bake()
			}
		}()
	}
}
