// Package podstatus: the loop itself forgets the unlock on a continue and locks again in its next turn.
//
// hang: podstatus.(*statusManager).syncLoop rwmutex|mutex self-deadlock|forgotten-unlock
// hang: podstatus.(*statusManager).Get rwmutex|mutex forgotten-unlock|holder-blocked
package podstatus

import (
	"sync"
	"time"

	"example.com/hangs/runner"
)

type update struct {
	pod   string
	phase int
}

type statusManager struct {
	mu       sync.RWMutex
	statuses map[string]int
	updates  chan update
}

func newStatusManager() *statusManager {
	return &statusManager{statuses: map[string]int{}, updates: make(chan update, 10)}
}

func (m *statusManager) Start() {
	go m.syncLoop()
}

func (m *statusManager) syncLoop() {
	for u := range m.updates {
		m.mu.Lock()
		old := m.statuses[u.pod]
		if old == u.phase {
			continue
		}
		m.statuses[u.pod] = u.phase
		m.mu.Unlock()
	}
}

func (m *statusManager) Get(pod string) int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.statuses[pod]
}

type prober struct {
	m *statusManager
}

func (p *prober) probe(pod string) {
	for i := 0; ; i++ {
		p.m.Get(pod)
		time.Sleep(20 * time.Millisecond)
	}
}

func TestSameStatusTwice(t *runner.T) {
	m := newStatusManager()
	m.Start()
	for i := 0; i < 2; i++ {
		go (&prober{m}).probe("web")
	}
	m.updates <- update{"web", 1}
	time.Sleep(50 * time.Millisecond)
	m.updates <- update{"web", 1}
	m.updates <- update{"web", 2}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestSameStatusTwice", TestSameStatusTwice)
}
