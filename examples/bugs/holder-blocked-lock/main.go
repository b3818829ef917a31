// Command holder-blocked-lock is a chain: pages wait for the menu's mutex, whose
// holder waits for the prices' mutex, whose holder waits for a rate that nobody
// sends. Where it looks stuck and where it is stuck are three functions apart.
package main

import (
	"fmt"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
)

type menu struct {
	mu     sync.Mutex
	dishes map[string]float64
	prices *prices
}

// show is where the visitors wait.
func (m *menu) show(dish string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprintln(dish, m.dishes[dish])
}

// update has the menu, and waits for the prices.
func (m *menu) update(dish string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dishes[dish] = m.prices.of(dish)
}

type prices struct {
	mu    sync.Mutex
	rate  float64
	rates chan float64
}

func (p *prices) of(dish string) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return float64(len(dish)) * p.rate
}

// refresh has the prices, and is the end of the chain.
func (p *prices) refresh() {
	p.mu.Lock()
	defer p.mu.Unlock()
	// The bug: who was to send has never been started.
	p.rate = <-p.rates
}

func main() {
	p := &prices{rate: 1, rates: make(chan float64)}
	m := &menu{dishes: map[string]float64{}, prices: p}
	http.HandleFunc("/show", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, m.show(r.FormValue("dish"))) })
	http.HandleFunc("/update", func(w http.ResponseWriter, r *http.Request) { m.update(r.FormValue("dish")) })
	debug.Serve()
	go p.refresh()
	debug.WaitFor("main.(*prices).refresh", 1)
	debug.Visit("/update?dish=soup", 1)
	debug.WaitFor("main.(*prices).of", 1)
	debug.Visit("/show?dish=soup", 6)
	select {}
}
