// Command pool-database-sql has a pool of two database connections. A query
// whose rows are not closed keeps its connection: after two of them everybody
// waits in database/sql, deep below the line that is to blame.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http"

	"example.com/bugs/internal/debug"
	_ "example.com/bugs/internal/fakedb" // a driver without a database
)

type store struct{ db *sql.DB }

func (s *store) exists(ctx context.Context, user string) (bool, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM users WHERE name = ?", user)
	if err != nil {
		return false, err
	}
	// The bug: "defer rows.Close()" is missing. Rows close themselves at the end of the last one only.
	return rows.Next(), rows.Err()
}

func (s *store) age(ctx context.Context, user string) (age int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT age FROM users WHERE name = ?", user).Scan(&age)
	return age, err
}

func main() {
	db, err := sql.Open("fake", "")
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(2)
	s := &store{db}
	http.HandleFunc("/exists", func(w http.ResponseWriter, r *http.Request) {
		ok, err := s.exists(context.Background(), r.FormValue("user"))
		fmt.Fprintln(w, ok, err)
	})
	http.HandleFunc("/age", func(w http.ResponseWriter, r *http.Request) {
		age, err := s.age(context.Background(), r.FormValue("user"))
		fmt.Fprintln(w, age, err)
	})
	debug.Serve()
	debug.Call("/age?user=ada")
	debug.Call("/exists?user=ada")
	debug.Call("/exists?user=bob")
	debug.Visit("/age?user=ada", 5)
	select {}
}
