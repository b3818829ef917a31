// Command slow-remote asks another server that takes more than a second for each
// answer, and always answers. Slow is not stuck.
package main

import (
	"fmt"
	"net/http"
	"time"

	"example.com/healthy/internal/live"
)

func main() {
	remote := live.Listen("127.0.0.1:0")
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(1200 * time.Millisecond)
		fmt.Fprintln(w, "here you are")
	})
	go func() { panic(http.Serve(remote, slow)) }()
	client := &http.Client{Timeout: 30 * time.Second}
	http.HandleFunc("/report", func(w http.ResponseWriter, r *http.Request) {
		live.Get(client, "http://"+remote.Addr().String())
		fmt.Fprintln(w, "a report")
	})
	address := live.Serve()
	visitors := &http.Client{}
	live.Work(6, func(int) { live.Get(visitors, "http://"+address+"/report") })
	select {}
}
