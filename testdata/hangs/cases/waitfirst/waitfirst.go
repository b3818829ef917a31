// Package waitfirst: choirs sing into a channel without room; the conductor waits for all of them before he listens.
//
// hang: waitfirst.(*choir).sing chan-send no-receiver|holder-blocked x3
// hang: waitfirst.conduct waitgroup never-done|holder-blocked|lock-order-cycle x1
// also: waitfirst.testConduct
package waitfirst

import (
	"sync"

	"example.com/hangs/runner"
)

type choir struct {
	voices int
}

func (c *choir) sing(songs chan<- int, done *sync.WaitGroup) {
	defer done.Done()
	songs <- c.voices
}

func conduct(choirs []*choir) (sum int) {
	songs := make(chan int)
	var singing sync.WaitGroup
	singing.Add(len(choirs))
	for _, c := range choirs {
		go c.sing(songs, &singing)
	}
	singing.Wait()
	close(songs)
	for voices := range songs {
		sum += voices
	}
	return sum
}

func testConduct(t *runner.T) {
	if sum := conduct([]*choir{{4}, {8}, {16}}); sum != 28 {
		t.Fatalf("%d voices", sum)
	}
}

// Run is a test of it, which times out.
func Run() { runner.Run("TestConduct", testConduct) }
