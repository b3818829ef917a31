// Package idlesql: a database pool at rest, with its opener waiting, and a page that would ask it.
//
// healthy
package idlesql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/http"
	"net/http/httptest"
)

type fake struct{}
type conn struct{}

func (fake) Connect(context.Context) (driver.Conn, error) { return conn{}, nil }
func (fake) Driver() driver.Driver                        { return nil }
func (conn) Prepare(string) (driver.Stmt, error)          { return nil, driver.ErrSkip }
func (conn) Close() error                                 { return nil }
func (conn) Begin() (driver.Tx, error)                    { return nil, driver.ErrSkip }

type shop struct{ db *sql.DB }

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.db.PingContext(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// Run asks once.
func Run() {
	s := &shop{sql.OpenDB(fake{})}
	server := httptest.NewServer(s)
	if response, err := http.Get(server.URL); err == nil {
		response.Body.Close()
	}
}
