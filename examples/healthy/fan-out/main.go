// Command fan-out computes in batches: the one that waits for all goroutines of
// a batch waits for the slowest of them, a second and more.
package main

import (
	"crypto/sha256"
	"sync"
	"time"

	"example.com/healthy/internal/live"
)

func part(i int) [32]byte {
	sum := [32]byte{byte(i)}
	for until := time.Now().Add(time.Duration(i) * 150 * time.Millisecond); time.Now().Before(until); {
		sum = sha256.Sum256(sum[:])
		time.Sleep(time.Millisecond)
	}
	return sum
}

func batch(n int) [][32]byte {
	parts := make([][32]byte, n)
	var wg sync.WaitGroup
	for i := range parts {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			parts[i] = part(i)
			live.Done()
		}(i)
	}
	wg.Wait()
	return parts
}

func main() {
	live.Serve()
	live.Work(2, func(int) { batch(8) })
	select {}
}
