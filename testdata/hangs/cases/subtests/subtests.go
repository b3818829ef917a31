// Package subtests: a test's part waits for a server that its other part starts; the other part is skipped.
//
// hang: subtests.testServer.func2 chan-receive no-sender x1
// also: subtests.testServer
package subtests

import "example.com/hangs/runner"

type server struct {
	ready chan struct{}
	port  int
}

func (s *server) start(port int) {
	s.port = port
	close(s.ready)
}

func testServer(t *runner.T) {
	s := &server{ready: make(chan struct{})}
	short := true
	runner.Run("TestServer/start", func(t *runner.T) {
		if short {
			return
		}
		s.start(8080)
	})
	runner.Run("TestServer/ask", func(t *runner.T) {
		<-s.ready
		if s.port == 0 {
			t.Fatalf("no port")
		}
	})
}

// Run runs both.
func Run() { runner.Run("TestServer", testServer) }
