// Command no-sender asks three shops for a price and waits for three answers. A
// shop that fails sends none: the third receive waits for ever.
package main

import (
	"errors"
	"fmt"
	"log"
	"net/http"

	"example.com/bugs/internal/debug"
)

var shops = []string{"north", "south", "closed"}

func price(shop string) (int, error) {
	if shop == "closed" {
		return 0, errors.New("closed today")
	}
	return 10 * len(shop), nil
}

func cheapest() int {
	prices := make(chan int)
	for _, shop := range shops {
		go func(shop string) {
			p, err := price(shop)
			if err != nil {
				// The bug: it says so to the log, and to nobody who waits.
				log.Print(shop, ": ", err)
				return
			}
			prices <- p
		}(shop)
	}
	best := <-prices
	for range shops[1:] {
		if p := <-prices; p < best {
			best = p
		}
	}
	return best
}

func main() {
	http.HandleFunc("/cheapest", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, cheapest()) })
	debug.Serve()
	debug.Visit("/cheapest", 3)
	select {}
}
