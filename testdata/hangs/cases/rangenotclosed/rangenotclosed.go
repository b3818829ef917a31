// Package rangenotclosed: the producer returns on an error without closing; the consumer ranges on.
//
// hang: rangenotclosed.(*importer).consume chan-receive no-sender|goroutine-leak
package rangenotclosed

import (
	"fmt"

	"example.com/hangs/runner"
)

type block struct {
	height int
	sum    string
}

type importer struct {
	in  []block
	out chan block
	n   int
}

func (im *importer) verify(b block) error {
	if b.sum == "" {
		return fmt.Errorf("block %d", b.height)
	}
	return nil
}

func (im *importer) produce() error {
	for _, b := range im.in {
		if err := im.verify(b); err != nil {
			return err
		}
		im.out <- b
	}
	close(im.out)
	return nil
}

func (im *importer) consume() {
	for b := range im.out {
		im.n += b.height
	}
}

func newImporter(in ...block) *importer {
	im := &importer{in: in, out: make(chan block)}
	go im.consume()
	return im
}

func TestImportBadBlock(t *runner.T) {
	im := newImporter(block{1, "a"}, block{2, ""}, block{3, "c"})
	if err := im.produce(); err != nil {
		t.Fatalf("%v", err)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestImportBadBlock", TestImportBadBlock)
}
