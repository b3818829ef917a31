// Command pool-nested needs a second database connection while it has a first:
// for each row of one query it asks another one. With two connections and two
// such requests at a time, each has one and waits for one.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"sync"

	"example.com/bugs/internal/debug"
	_ "example.com/bugs/internal/fakedb" // a driver without a database
)

type store struct{ db *sql.DB }

func (s *store) price(ctx context.Context, item int) (price int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT price FROM items WHERE id = ?", item).Scan(&price)
	return price, err
}

func (s *store) total(ctx context.Context, ready func()) (int, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT item FROM cart")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	ready()
	sum := 0
	for rows.Next() {
		var item int
		if err := rows.Scan(&item); err != nil {
			return 0, err
		}
		// The bug: rows has a connection until it is closed, and price needs another one.
		price, err := s.price(ctx, item)
		if err != nil {
			return 0, err
		}
		sum += price
	}
	return sum, rows.Err()
}

func main() {
	db, err := sql.Open("fake", "")
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(2)
	s := &store{db}
	var both sync.WaitGroup
	both.Add(2)
	http.HandleFunc("/total", func(w http.ResponseWriter, r *http.Request) {
		// Two at the same moment; in a real server it takes a busy day.
		total, err := s.total(context.Background(), func() { both.Done(); both.Wait() })
		fmt.Fprintln(w, total, err)
	})
	debug.Serve()
	debug.Visit("/total", 2)
	select {}
}
