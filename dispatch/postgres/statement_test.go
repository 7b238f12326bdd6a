package postgres_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/lib/pq"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/pgtest"
)

// single is a pool of one connection to a database of its own.
func single(t *testing.T) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), pgtest.New(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.Pool().SetMaxOpenConns(1)
	return db
}

// What is run often is kept, and says the same as what is not.
func TestOftenRunStatementsAreKept(t *testing.T) {
	t.Parallel()
	db := single(t)
	const query = `SELECT $1::bigint AS n, $2::text AS word, $3::bytea AS raw, $4::timestamptz AS at, $5::jsonb AS doc,
		$6::bigint[] AS list, $7::float8 AS x, $8::text IS NULL AS nothing`
	type row struct {
		N       int64
		Word    string
		Raw     []byte
		At      time.Time
		Doc     string
		List    pq.Int64Array
		X       float64
		Nothing bool
	}
	ask := func() row {
		var r row
		err := db.Pool().GetContext(t.Context(), &r, query, int64(-7), "Đặng", []byte{0, 1, 255}, time.Date(2026, 12, 14, 1, 2, 3, 4000, time.UTC),
			`{"a": [1, "\u0111"]}`, pq.Int64Array{1, 2, 1 << 40}, 0.1, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.At = r.At.UTC()
		return r
	}
	first := ask()
	for i := 2; i < 10; i++ {
		if got := ask(); !reflect.DeepEqual(got, first) {
			t.Fatalf("run %d says %+v, the first %+v", i, got, first)
		}
		if kept := db.Memory(t.Context()).Keeps(query); kept != (i >= postgres.OftenRun) {
			t.Errorf("after run %d: kept %v", i, kept)
		}
	}
	if _, err := db.Pool().ExecContext(t.Context(), `CREATE TABLE a (n int); INSERT INTO a VALUES (1)`); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		res, err := db.Pool().ExecContext(t.Context(), `UPDATE a SET n = n + $1`, 1)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := res.RowsAffected(); n != 1 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	}
}

// A text that cannot be kept fails as it would have, each time; texts that are put
// together anew do not fill the memory.
func TestWhatIsNotKept(t *testing.T) {
	t.Parallel()
	db := single(t)
	for range 5 {
		_, err := db.Pool().ExecContext(t.Context(), `SELECT nobody FROM nothing WHERE n = $1`, 1)
		var refused *pq.Error
		if !errors.As(err, &refused) || refused.Code != "42P01" {
			t.Fatalf("%v", err)
		}
	}
	if db.Memory(t.Context()).Keeps(`SELECT nobody FROM nothing WHERE n = $1`) {
		t.Error("what fails is kept")
	}
	for i := range postgres.MostHeard + 500 {
		if _, err := db.Pool().ExecContext(t.Context(), fmt.Sprintf(`SELECT %d WHERE $1 > 0`, i), 1); err != nil {
			t.Fatal(err)
		}
	}
	if m := db.Memory(t.Context()); m.Heard > postgres.MostHeard || m.Kept > postgres.MostKept {
		t.Errorf("%d heard, %d kept", m.Heard, m.Kept)
	}
	for i := range postgres.MostKept + 20 {
		for range postgres.OftenRun {
			if _, err := db.Pool().ExecContext(t.Context(), fmt.Sprintf(`SELECT %d WHERE $1 > 1`, i), 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if m := db.Memory(t.Context()); m.Kept != postgres.MostKept {
		t.Errorf("%d kept", m.Kept)
	}
}
