// Package layerstore: a store of image layers: releasing the last reference locks again through a helper.
//
// hang: layerstore.(*layerStore).lookup mutex self-deadlock|lock-order-cycle
// also: layerstore.(*layerStore).collect
package layerstore

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type layer struct {
	id     string
	refs   int
	parent *layer
}

type layerStore struct {
	mu     sync.Mutex
	layers map[string]*layer
	gc     chan string
}

func newLayerStore() *layerStore {
	s := &layerStore{layers: map[string]*layer{}, gc: make(chan string, 4)}
	go s.collect()
	return s
}

// collect is idle most of the time.
func (s *layerStore) collect() {
	for id := range s.gc {
		_ = id
	}
}

func (s *layerStore) Register(id string, parent *layer) *layer {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &layer{id: id, refs: 1, parent: parent}
	s.layers[id] = l
	if parent != nil {
		parent.refs++
	}
	return l
}

func (s *layerStore) lookup(id string) *layer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.layers[id]
}

func (s *layerStore) Release(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.layers[id]
	l.refs--
	if l.refs == 0 {
		delete(s.layers, id)
		if l.parent != nil {
			p := s.lookup(l.parent.id)
			p.refs--
		}
	}
}

func TestReleaseParent(t *runner.T) {
	s := newLayerStore()
	base := s.Register("base", nil)
	s.Register("app", base)
	s.gc <- "x"
	go s.Release("app")
	time.Sleep(100 * time.Millisecond)
	t.Fatalf("released")
}

// Run runs it as a test.
func Run() {
	runner.Run("TestReleaseParent", TestReleaseParent)
}
