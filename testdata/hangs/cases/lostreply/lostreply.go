// Package lostreply: a shop asks a bank over HTTP; the bank's page waits for a clerk on a channel, and the clerk has left at
// the first cheque that bounced. Everybody stands at one page.
//
// hang: lostreply.(*bank).ServeHTTP chan-send no-receiver|goroutine-leak x2
// also: lostreply.(*shop).pay
package lostreply

import (
	"net/http"
	"net/http/httptest"
)

type bank struct {
	cheques chan int
}

func (b *bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.cheques <- len(r.URL.Query().Get("cents"))
	w.Write([]byte("paid"))
}

func (b *bank) clerk() {
	for digits := range b.cheques {
		if digits > 4 {
			return
		}
	}
}

type shop struct{ bank string }

func (s *shop) pay(cents string) {
	if response, err := http.Get(s.bank + "?cents=" + cents); err == nil {
		response.Body.Close()
	}
}

// Run pays little, then much.
func Run() {
	b := &bank{cheques: make(chan int)}
	go b.clerk()
	s := &shop{httptest.NewServer(b).URL}
	s.pay("100")
	s.pay("99999")
	go s.pay("300")
	go s.pay("20")
}
