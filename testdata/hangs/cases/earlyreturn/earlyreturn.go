// Package earlyreturn: ore goes from a mine over a mill to a smelter, which returns at the first stone. Mill and mine
// cannot get rid of what they have.
//
// hang: earlyreturn.(*mine).dig.func1 chan-send no-receiver|holder-blocked|goroutine-leak x1
// hang: earlyreturn.(*mill).grind.func1 chan-send no-receiver|goroutine-leak x1
package earlyreturn

import "errors"

type mine struct{ stones []int }
type mill struct{ fine int }

func (m *mine) dig() <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, stone := range m.stones {
			out <- stone
		}
	}()
	return out
}

func (m *mill) grind(in <-chan int) <-chan int {
	out := make(chan int, 1)
	go func() {
		defer close(out)
		for stone := range in {
			out <- stone * m.fine
		}
	}()
	return out
}

func smelt(in <-chan int) error {
	for powder := range in {
		if powder%7 == 0 {
			return errors.New("no metal")
		}
	}
	return nil
}

// Run smelts eight stones.
func Run() {
	m := &mine{stones: []int{3, 5, 7, 8, 9, 10, 11, 12}}
	smelt((&mill{fine: 2}).grind(m.dig()))
}
