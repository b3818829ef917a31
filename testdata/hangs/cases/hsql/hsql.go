// Package hsql: database/sql: a pool at rest and a pool at its limit that moves.
//
// healthy
package hsql

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"time"

	"example.com/hangs/runner"
)

type drv struct{}
type dconn struct{}
type dstmt struct{}
type drows struct{ n int }

func (drv) Open(string) (driver.Conn, error)             { return dconn{}, nil }
func (dconn) Prepare(string) (driver.Stmt, error)        { return dstmt{}, nil }
func (dconn) Close() error                               { return nil }
func (dconn) Begin() (driver.Tx, error)                  { return nil, errors.New("no") }
func (dstmt) Close() error                               { return nil }
func (dstmt) NumInput() int                              { return 0 }
func (dstmt) Exec([]driver.Value) (driver.Result, error) { return nil, errors.New("no") }
func (dstmt) Query([]driver.Value) (driver.Rows, error)  { return &drows{}, nil }
func (r *drows) Columns() []string                       { return []string{"n"} }
func (r *drows) Close() error                            { return nil }
func (r *drows) Next(dest []driver.Value) error {
	if r.n++; r.n > 2 {
		return io.EOF
	}
	time.Sleep(time.Millisecond)
	dest[0] = int64(r.n)
	return nil
}

func read(db *sql.DB) (n int) {
	rows, err := db.Query("select")
	if err != nil {
		return 0
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	return n
}

func TestPools(t *runner.T) {
	sql.Register("d", drv{})
	idle, _ := sql.Open("d", "")
	idle.SetConnMaxLifetime(time.Minute)
	read(idle)
	busy, _ := sql.Open("d", "")
	busy.SetMaxOpenConns(2)
	for i := 0; i < 5; i++ {
		go func() {
			for {
				read(busy)
				time.Sleep(3 * time.Millisecond)
			}
		}()
	}
	time.Sleep(time.Hour)
	idle.Close()
}

// Run runs it as a test.
func Run() {
	runner.Run("TestPools", TestPools)
}
