// Package nilsend: an orchestra's section sends its notes to a recorder that was never switched on.
//
// hang: nilsend.(*section).play chan-send no-receiver x1
package nilsend

type recorder struct {
	tape chan int
}

func (r *recorder) on() {
	r.tape = make(chan int, 16)
	go func() {
		for range r.tape {
		}
	}()
}

type section struct {
	rec *recorder
}

func (s *section) play(notes ...int) {
	for _, note := range notes {
		s.rec.tape <- note
	}
}

// Run plays without switching on.
func Run() {
	s := &section{rec: &recorder{}}
	go s.play(1, 3, 5)
}
