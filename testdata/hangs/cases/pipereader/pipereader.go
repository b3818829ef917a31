// Package pipereader: an interpreter reads a pipe to its end, which the speaker forgot to close.
//
// hang: pipereader.(*interpreter).listen select no-sender x1
package pipereader

import "io"

type interpreter struct {
	from *io.PipeReader
	text []byte
}

func (i *interpreter) listen() {
	i.text, _ = io.ReadAll(i.from)
}

func speak(to *io.PipeWriter, words ...string) {
	for _, word := range words {
		io.WriteString(to, word)
	}
}

// Run speaks two words.
func Run() {
	r, w := io.Pipe()
	i := &interpreter{from: r}
	go i.listen()
	go speak(w, "bonjour", "adieu")
}
