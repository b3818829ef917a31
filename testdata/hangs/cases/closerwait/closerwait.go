// Package closerwait: a closure waits for a WaitGroup to close the results; one worker skips its Done; the reader
// ranges on.
//
// hang: closerwait.(*shardQuery).collect chan-receive no-sender|holder-blocked
// hang: closerwait.(*shardQuery).start.func2 waitgroup never-done
package closerwait

import (
	"sync"

	"example.com/hangs/runner"
)

type shardQuery struct {
	shards  []int
	results chan int
	wg      sync.WaitGroup
}

func (q *shardQuery) start() {
	for _, s := range q.shards {
		q.wg.Add(1)
		go func(s int) {
			if s < 0 {
				return
			}
			q.results <- s
			q.wg.Done()
		}(s)
	}
	go func() {
		q.wg.Wait()
		close(q.results)
	}()
}

func (q *shardQuery) collect() (sum int) {
	for n := range q.results {
		sum += n
	}
	return sum
}

func TestNegativeShard(t *runner.T) {
	q := &shardQuery{shards: []int{1, -1, 3}, results: make(chan int)}
	q.start()
	t.Fatalf("%d", q.collect())
}

// Run runs it as a test.
func Run() {
	runner.Run("TestNegativeShard", TestNegativeShard)
}
