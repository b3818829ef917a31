// Command remote asks another server for the weather, with four calls at a time
// at most. That one takes the calls and does not answer. Nothing is wrong with
// the limit, but that is where most are seen to wait.
package main

import (
	"io"
	"net/http"

	"example.com/bugs/internal/debug"
)

type forecaster struct {
	base   string
	client http.Client
	calls  chan struct{}
}

func (f *forecaster) weather() ([]byte, error) {
	f.calls <- struct{}{}
	defer func() { <-f.calls }()
	return f.fetch()
}

func (f *forecaster) fetch() ([]byte, error) {
	// The bug: a client without a Timeout, and a request without a deadline, wait for ever.
	resp, err := f.client.Get(f.base + "/weather")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func main() {
	f := &forecaster{base: "http://" + debug.Silent(), calls: make(chan struct{}, 4)}
	http.HandleFunc("/weather", func(w http.ResponseWriter, r *http.Request) {
		report, err := f.weather()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		_, _ = w.Write(report)
	})
	debug.Serve()
	debug.Visit("/weather", 12)
	select {}
}
