// Package droppednote: a notification is dropped by a default case because its receiver is not there yet.
//
// hang: droppednote.(*volume).await chan-receive no-sender|lost-signal|goroutine-leak
package droppednote

import (
	"sync/atomic"
	"time"

	"example.com/hangs/runner"
)

type volume struct {
	mounted chan struct{}
	state   int32
}

type mounter struct{ vols []*volume }

func (m *mounter) mount(v *volume) {
	atomic.StoreInt32(&v.state, 1)
	select {
	case v.mounted <- struct{}{}:
	default:
	}
}

func (v *volume) await() {
	time.Sleep(20 * time.Millisecond)
	<-v.mounted
}

func (m *mounter) mountAll() {
	for _, v := range m.vols {
		go m.mount(v)
	}
}

func TestMountFast(t *runner.T) {
	m := &mounter{[]*volume{{mounted: make(chan struct{})}}}
	m.mountAll()
	go m.vols[0].await()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestMountFast", TestMountFast)
}
