// Package around is what else goes on in a program: workers, tickers, a little HTTP. All of it is healthy, and stands
// still often enough to be taken for stuck by whoever does not look closely.
package around

import (
	"hash/fnv"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Start starts what belongs to a case of this name: the same each time, not the same for each.
func Start(name string) {
	hash := fnv.New32a()
	hash.Write([]byte(name))
	mix := hash.Sum32()
	if mix&1 != 0 {
		newBakery(3).open()
	}
	if mix&2 != 0 {
		go newMeter().run()
	}
	if mix&4 != 0 {
		startKiosk()
	}
	if mix&8 != 0 {
		newRegister().open()
	}
}

// bakery hands orders to workers over a channel, in bursts.
type bakery struct {
	orders  chan int
	workers int
	baked   sync.WaitGroup
}

func newBakery(workers int) *bakery {
	return &bakery{orders: make(chan int), workers: workers}
}

func (b *bakery) open() {
	for i := 0; i < b.workers; i++ {
		go b.bake()
	}
	go b.sell()
}

func (b *bakery) bake() {
	for order := range b.orders {
		time.Sleep(time.Duration(order%3) * time.Millisecond)
		b.baked.Done()
	}
}

func (b *bakery) sell() {
	for i := 0; ; i++ {
		for j := 0; j < 4; j++ {
			b.baked.Add(1)
			b.orders <- i + j
		}
		b.baked.Wait()
		time.Sleep(40 * time.Millisecond)
	}
}

// meter counts on each tick, until it is told to stop: nobody does.
type meter struct {
	mu    sync.RWMutex
	ticks int
	stop  chan struct{}
}

func newMeter() *meter {
	return &meter{stop: make(chan struct{})}
}

func (m *meter) run() {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			m.mu.Lock()
			m.ticks++
			m.mu.Unlock()
		case <-m.stop:
			return
		}
	}
}

// startKiosk serves HTTP to itself, with connections that are kept.
func startKiosk() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	shop := http.NewServeMux()
	shop.HandleFunc("/paper", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "news\n") })
	go http.Serve(listener, shop)
	go func() {
		for {
			if response, err := http.Get("http://" + listener.Addr().String() + "/paper"); err == nil {
				io.Copy(io.Discard, response.Body)
				response.Body.Close()
			}
			time.Sleep(60 * time.Millisecond)
		}
	}()
}

// register is a list under a lock and a Cond: whoever pays wakes the clerk.
type register struct {
	mu    sync.Mutex
	paid  *sync.Cond
	bills []int
}

func newRegister() *register {
	r := &register{}
	r.paid = sync.NewCond(&r.mu)
	return r
}

func (r *register) open() {
	go r.clerk()
	go r.customers()
}

func (r *register) clerk() {
	for {
		r.mu.Lock()
		for len(r.bills) == 0 {
			r.paid.Wait()
		}
		r.bills = r.bills[1:]
		r.mu.Unlock()
	}
}

func (r *register) customers() {
	for bill := 0; ; bill++ {
		time.Sleep(30 * time.Millisecond)
		r.mu.Lock()
		r.bills = append(r.bills, bill)
		r.mu.Unlock()
		r.paid.Signal()
	}
}
