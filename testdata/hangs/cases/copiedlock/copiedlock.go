// Package copiedlock: a struct is copied while its lock is held: the copy's lock is never released.
//
// hang: copiedlock.(*shard).put mutex forgotten-unlock|unknown x1
package copiedlock

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type shard struct {
	mu   sync.Mutex
	docs map[string]string
	gen  int
}

type index struct {
	shards []*shard
}

func (ix *index) snapshot(i int) *shard {
	s := ix.shards[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	c := *s
	c.gen++
	return &c
}

func (s *shard) put(k, v string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.docs[k] = v
}

func newIndex(n int) *index {
	ix := &index{}
	for i := 0; i < n; i++ {
		ix.shards = append(ix.shards, &shard{docs: map[string]string{}})
	}
	return ix
}

func (ix *index) writer(i int) {
	for n := 0; ; n++ {
		ix.shards[i].put("k", "v")
		time.Sleep(15 * time.Millisecond)
	}
}

func TestSnapshotIsWritable(t *runner.T) {
	ix := newIndex(2)
	go ix.writer(1)
	snap := ix.snapshot(0)
	go snap.put("a", "b")
}

// Run runs it as a test.
func Run() {
	runner.Run("TestSnapshotIsWritable", TestSnapshotIsWritable)
}
