// Package fakedb is a database/sql driver that needs no database: a query gives,
// after two milliseconds, one row with one number.
package fakedb

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"time"
)

func init() {
	sql.Register("fake", fake{})
}

type fake struct{}

func (fake) Open(string) (driver.Conn, error) { return conn{}, nil }

type conn struct{}

func (conn) Prepare(string) (driver.Stmt, error) { return stmt{}, nil }
func (conn) Close() error                        { return nil }
func (conn) Begin() (driver.Tx, error)           { return tx{}, nil }

type tx struct{}

func (tx) Commit() error   { return nil }
func (tx) Rollback() error { return nil }

type stmt struct{}

func (stmt) Close() error                               { return nil }
func (stmt) NumInput() int                              { return -1 }
func (stmt) Exec([]driver.Value) (driver.Result, error) { return nil, errors.New("read only") }

func (stmt) Query([]driver.Value) (driver.Rows, error) {
	time.Sleep(2 * time.Millisecond)
	return &rows{}, nil
}

type rows struct{ done bool }

func (*rows) Columns() []string { return []string{"number"} }
func (*rows) Close() error      { return nil }

func (r *rows) Next(dest []driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done = true
	dest[0] = int64(7)
	return nil
}
