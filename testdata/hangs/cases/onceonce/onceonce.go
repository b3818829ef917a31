// Package onceonce: a map room is set up once; setting it up draws a map, which wants it set up.
//
// hang: onceonce.(*room).draw mutex self-deadlock x1
package onceonce

import "sync"

type room struct {
	setup sync.Once
	maps  []string
}

func (r *room) draw(name string) {
	r.setup.Do(r.prepare)
	r.maps = append(r.maps, name)
}

func (r *room) prepare() {
	r.maps = make([]string, 0, 8)
	r.draw("legend")
}

// Run draws one.
func Run() {
	r := &room{}
	go r.draw("Harz")
}
