// Package twinsend: four taps at one line of code drip into four buckets; one bucket's keeper has gone.
//
// hang: twinsend.(*tap).drip chan-send no-receiver x1
package twinsend

import "time"

type tap struct {
	bucket chan int
	drops  int
}

func (t *tap) drip() {
	for {
		t.bucket <- t.drops
		t.drops++
		time.Sleep(4 * time.Millisecond)
	}
}

func keep(bucket <-chan int, until int) {
	for drop := range bucket {
		if drop == until {
			return
		}
	}
}

// Run has four.
func Run() {
	for i := 0; i < 4; i++ {
		t := &tap{bucket: make(chan int)}
		go t.drip()
		until := -1
		if i == 2 {
			until = 5
		}
		go keep(t.bucket, until)
	}
}
