package postgres_test

import (
	"testing"
	"time"

	"canvass/dispatch/postgres/cluster"
	"canvass/dispatch/postgres/pgtest"
)

func TestServerTellsVersionAndClock(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s, err := db.Server(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Major < cluster.MinMajor || s.Version == "" {
		t.Errorf("server %+v", s)
	}
	if off := time.Since(s.Now).Abs(); off > time.Minute {
		t.Errorf("the clocks differ by %v", off)
	}
}
