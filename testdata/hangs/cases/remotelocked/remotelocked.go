// Package remotelocked: a lock is held over a read from a remote that never answers; the requests stand at the lock.
//
// hang: remotelocked.(*upstream).roundTrip network|mutex holder-blocked|no-sender|no-receiver|never-done|goroutine-leak|lock-order-cycle|remote
// also: remotelocked.mute.func1
package remotelocked

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/hangs/runner"
)

type upstream struct {
	mu sync.Mutex
	c  net.Conn
}

func (u *upstream) roundTrip(req string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	fmt.Fprintln(u.c, req)
	buf := make([]byte, 64)
	n, _ := u.c.Read(buf)
	return string(buf[:n])
}

func mute(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			s := bufio.NewScanner(c)
			for s.Scan() {
				if s.Text() == "hi" {
					fmt.Fprintln(c, "hello")
				}
			}
		}()
	}
}

func TestMute(t *runner.T) {
	bl, _ := net.Listen("tcp", "127.0.0.1:0")
	go mute(bl)
	c, _ := net.Dial("tcp", bl.Addr().String())
	u := &upstream{c: c}
	mux := http.NewServeMux()
	mux.HandleFunc("/up", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, u.roundTrip(r.FormValue("r")))
	})
	l, url := listen()
	go http.Serve(l, mux)
	hc := &http.Client{Timeout: 10 * time.Second}
	if resp, err := hc.Get(url + "/up?r=hi"); err == nil {
		resp.Body.Close()
	}
	for i := 0; i < 4; i++ {
		go hc.Get(url + "/up?r=bye")
	}
	time.Sleep(time.Hour)
}

func listen() (net.Listener, string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return l, "http://" + l.Addr().String()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestMute", TestMute)
}
