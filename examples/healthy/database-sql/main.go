// Command database-sql has twelve clients and four connections: under load some
// always wait for one, and always get it. At rest the pool keeps two, idle.
package main

import (
	"context"
	"database/sql"
	"log"

	_ "example.com/healthy/internal/fakedb" // a driver without a database
	"example.com/healthy/internal/live"
)

type store struct{ db *sql.DB }

func (s *store) number(ctx context.Context) (number int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT number FROM numbers").Scan(&number)
	return number, err
}

func main() {
	db, err := sql.Open("fake", "")
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(4)
	s := &store{db}
	live.Serve()
	live.Work(12, func(int) {
		if _, err := s.number(context.Background()); err != nil {
			log.Fatal(err)
		}
	})
	select {}
}
