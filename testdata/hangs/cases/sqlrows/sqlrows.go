// Package sqlrows: database/sql with two connections: rows are not closed on an error path, and the third query waits.
//
// hang: sqlrows.(*repo).first semaphore|select|chan-receive pool-exhausted
package sqlrows

import (
	"database/sql"
	"database/sql/driver"
	"errors"

	"example.com/hangs/runner"
)

type fakeDriver struct{}
type fakeConn struct{}
type fakeStmt struct{}
type fakeRows struct{ n int }

func (fakeDriver) Open(string) (driver.Conn, error)         { return fakeConn{}, nil }
func (fakeConn) Prepare(string) (driver.Stmt, error)        { return fakeStmt{}, nil }
func (fakeConn) Close() error                               { return nil }
func (fakeConn) Begin() (driver.Tx, error)                  { return nil, errors.New("no") }
func (fakeStmt) Close() error                               { return nil }
func (fakeStmt) NumInput() int                              { return 0 }
func (fakeStmt) Exec([]driver.Value) (driver.Result, error) { return nil, errors.New("no") }
func (fakeStmt) Query([]driver.Value) (driver.Rows, error)  { return &fakeRows{}, nil }
func (r *fakeRows) Columns() []string                       { return []string{"n"} }
func (r *fakeRows) Close() error                            { return nil }
func (r *fakeRows) Next(dest []driver.Value) error {
	r.n++
	dest[0] = int64(r.n)
	return nil
}

type repo struct{ db *sql.DB }

func (r *repo) first(limit int64) (int64, error) {
	rows, err := r.db.Query("select n")
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		var n int64
		rows.Scan(&n)
		if n > limit {
			return 0, errors.New("over limit")
		}
		if n == 3 {
			break
		}
	}
	rows.Close()
	return 3, nil
}

func TestOverLimit(t *runner.T) {
	sql.Register("fake", fakeDriver{})
	db, _ := sql.Open("fake", "")
	db.SetMaxOpenConns(2)
	r := &repo{db}
	r.first(10)
	r.first(1)
	r.first(1)
	for i := 0; i < 3; i++ {
		go r.first(10)
	}
}

// Run runs it as a test.
func Run() {
	runner.Run("TestOverLimit", TestOverLimit)
}
