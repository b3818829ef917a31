// Command idle has everything a server has, and nothing to do: two listeners to
// which nobody connects, workers without work, a signal that does not come.
package main

import (
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"

	"example.com/healthy/internal/live"
)

type mailer struct {
	outbox chan string
	quit   chan struct{}
}

func (m *mailer) run(send func(string)) {
	for {
		select {
		case mail := <-m.outbox:
			send(mail)
		case <-m.quit:
			return
		}
	}
}

func main() {
	live.Serve()
	m := &mailer{make(chan string), make(chan struct{})}
	http.HandleFunc("/mail", func(w http.ResponseWriter, r *http.Request) { m.outbox <- r.FormValue("text") })
	go m.run(func(mail string) { log.Print(mail) })
	for i := 0; i < 2; i++ {
		listener := live.Listen("127.0.0.1:0")
		go func() { log.Fatal(http.Serve(listener, nil)) }()
	}
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, os.Interrupt)
	var open sync.WaitGroup
	open.Add(1)
	go func() {
		defer open.Done()
		<-reload
		close(m.quit)
	}()
	live.Work(1, func(int) { live.Pause() })
	open.Wait()
}
