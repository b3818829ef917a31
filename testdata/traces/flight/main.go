// Command flight writes what a flight recorder has kept after some seconds: the last two or three generations, with a
// goroutine that waits for a lock since before the first of them.
//
//	go build -trimpath -o flight main.go && ./flight > ../flight-1.26.trace
package main

import (
	"log"
	"os"
	"runtime/trace"
	"sync"
	"time"
)

var mu sync.Mutex

func waitsForEver() {
	mu.Lock()
	log.Fatal("unreachable")
}

func main() {
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: 1500 * time.Millisecond})
	if err := recorder.Start(); err != nil {
		log.Fatal(err)
	}
	mu.Lock()
	go waitsForEver()
	for range 12 {
		time.Sleep(400 * time.Millisecond)
	}
	if _, err := recorder.WriteTo(os.Stdout); err != nil {
		log.Fatal(err)
	}
	recorder.Stop()
}
