// Package sqlpool: a register of births in a database with one connection; a row that is not closed keeps it.
//
// hang: sqlpool.(*register).count select|semaphore pool-exhausted x2
package sqlpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
)

type fake struct{}
type conn struct{}
type stmt struct{}
type rows struct{ left int }

func (fake) Connect(context.Context) (driver.Conn, error) { return conn{}, nil }
func (fake) Driver() driver.Driver                        { return nil }
func (conn) Prepare(string) (driver.Stmt, error)          { return stmt{}, nil }
func (conn) Close() error                                 { return nil }
func (conn) Begin() (driver.Tx, error)                    { return nil, driver.ErrSkip }
func (stmt) Close() error                                 { return nil }
func (stmt) NumInput() int                                { return 0 }
func (stmt) Exec([]driver.Value) (driver.Result, error)   { return nil, driver.ErrSkip }
func (stmt) Query([]driver.Value) (driver.Rows, error)    { return &rows{2}, nil }
func (*rows) Columns() []string                           { return []string{"name"} }
func (*rows) Close() error                                { return nil }

func (r *rows) Next(to []driver.Value) error {
	if r.left--; r.left < 0 {
		return io.EOF
	}
	to[0] = "Ada"
	return nil
}

type register struct{ db *sql.DB }

func (r *register) first() (name string) {
	found, err := r.db.Query("select name from births")
	if err == nil && found.Next() {
		found.Scan(&name)
	}
	return name
}

func (r *register) count() (n int) {
	found, err := r.db.Query("select name from births")
	if err != nil {
		return 0
	}
	defer found.Close()
	for found.Next() {
		n++
	}
	return n
}

// Run counts, asks for the first, and counts again.
func Run() {
	db := sql.OpenDB(fake{})
	db.SetMaxOpenConns(1)
	r := &register{db}
	r.count()
	r.first()
	go r.count()
	go r.count()
}
