// Command tickers does something now and then: every ten milliseconds, every two
// seconds, once in an hour. Most of the time it sleeps.
package main

import (
	"sync/atomic"
	"time"

	"example.com/healthy/internal/live"
)

func every(d time.Duration, stop <-chan struct{}, do func()) {
	ticker := time.NewTicker(d)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			do()
		case <-stop:
			return
		}
	}
}

func nap(d time.Duration) {
	for {
		time.Sleep(d)
	}
}

func main() {
	never := make(chan struct{})
	var beats uint64
	go every(10*time.Millisecond, live.Rest(), func() { live.Done() })
	go every(2*time.Second, never, func() { atomic.AddUint64(&beats, 1) })
	go every(time.Hour, never, func() { panic("an hour is over") })
	go nap(time.Minute)
	go func() { <-time.After(24 * time.Hour) }()
	time.AfterFunc(time.Hour, func() { panic("an hour is over") })
	live.Serve()
	select {}
}
