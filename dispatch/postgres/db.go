package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"canvass/dispatch/survey"
	"canvass/migrations"
)

// DB is a pool of connections to one Canvass database.
type DB struct {
	x     *sqlx.DB
	store *store
	known *known
}

// poolSize is enough for one process: more connections only queue in the
// server (performance.md §10: pools of 8–16).
const poolSize = 12

// Open connects to dsn. It does not look at the schema; see CheckSchema.
func Open(ctx context.Context, dsn string) (*DB, error) {
	x, err := openRemembering(oneTrip(dsn))
	if err != nil {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeConfig, Where: "CANVASS_DATABASE_URL", Err: err}
	}
	x.SetMaxOpenConns(poolSize)
	x.SetMaxIdleConns(poolSize)
	x.SetConnMaxIdleTime(5 * time.Minute)
	if err := x.PingContext(ctx); err != nil {
		_ = x.Close()
		return nil, told(err)
	}
	db := &DB{x: x, known: newKnown()}
	db.store = newStore(db)
	return db, nil
}

// oneTrip asks lib/pq to send a statement and its parameters together: without
// it, every statement with parameters is two round trips. A setting of the
// person's own stays.
func oneTrip(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return dsn
	}
	q := u.Query()
	if !q.Has("binary_parameters") {
		q.Set("binary_parameters", "yes")
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// Close closes the pool.
func (db *DB) Close() error {
	db.store.close()
	return db.x.Close()
}

// Ping reports whether the server answers.
func (db *DB) Ping(ctx context.Context) error { return told(db.x.PingContext(ctx)) }

// Migrate brings the schema to the version of this build and returns the
// versions before and after. Of several processes at once one migrates, and the
// others wait for it.
func (db *DB) Migrate(ctx context.Context) (from, to int64, err error) {
	from, err = db.SchemaVersion(ctx)
	switch {
	case err != nil:
		return from, from, err
	case from == migrations.Latest:
		// Who may create roles may have done so since.
		_, err = db.x.ExecContext(ctx, sqlCustodyGrants)
		return from, from, told(err)
	case from > migrations.Latest:
		return from, from, schemaError(survey.CodeSchemaNew, from)
	}
	// Asks every second, for five minutes.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return from, from, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db.x.DB, migrations.FS, goose.WithSessionLocker(locker))
	if err != nil {
		return from, from, told(err)
	}
	if _, err = p.Up(ctx); err != nil {
		return from, from, told(err)
	}
	_, err = db.x.ExecContext(ctx, sqlCustodyGrants)
	return from, migrations.Latest, told(err)
}

const sqlSchemaVersion = `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`

// SchemaVersion returns the version of the schema, 0 for an empty database.
func (db *DB) SchemaVersion(ctx context.Context) (int64, error) {
	var v int64
	err := db.x.GetContext(ctx, &v, sqlSchemaVersion)
	if isState(err, "42P01") { // no such table: nothing was ever migrated
		return 0, nil
	}
	return v, told(err)
}

// CheckSchema refuses an older or newer schema; the words of the codes name
// the command that mends it.
func (db *DB) CheckSchema(ctx context.Context) error {
	v, err := db.SchemaVersion(ctx)
	switch {
	case err != nil:
		return err
	case v < migrations.Latest:
		return schemaError(survey.CodeSchemaOld, v)
	case v > migrations.Latest:
		return schemaError(survey.CodeSchemaNew, v)
	}
	return nil
}

func schemaError(code survey.Code, have int64) error {
	return &survey.Error{Kind: survey.Conflict, Code: code, Args: map[string]string{
		"given": strconv.FormatInt(have, 10), "expected": strconv.Itoa(migrations.Latest),
	}}
}

// within runs do in one transaction. A panic or an error rolls back.
func (db *DB) within(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	return db.withinAs(ctx, nil, do)
}

// withinAs is within, with an isolation of its own.
func (db *DB) withinAs(ctx context.Context, as *sql.TxOptions, do func(tx *sqlx.Tx) error) error {
	tx, err := db.x.BeginTxx(ctx, as)
	if err != nil {
		return told(err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := do(tx); err != nil {
		return told(err)
	}
	return told(tx.Commit())
}

// manyRows is from how many new rows on the server must count its tables again,
// lest it reads them whole for one row until its own vacuum comes by.
const manyRows = 1000

// recount has the server count the tables again after many rows came in at
// once. What comes of it changes speed only.
func (db *DB) recount(ctx context.Context, rows int, tables string) {
	if rows >= manyRows {
		_, _ = db.x.ExecContext(ctx, `ANALYZE `+tables)
	}
}

// mostRuns bounds how often a transaction that lost a deadlock is run.
const mostRuns = 5

// retried is within, run again from the start when Postgres ended it to break a
// deadlock: the house locks invitation → response → attempts → conversation,
// but one transaction may apply several rows of a person, and begins anew with
// each. It is run again, too, when two campaigns brought their conversation with one
// phone to the front at once: the second learns of the first by the index only. do may
// run several times and must reset what it gives back.
func (db *DB) retried(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	return db.retriedAs(ctx, nil, do)
}

// retriedAs is retried, with an isolation of its own: a snapshot that writes runs again
// when another transaction wrote the same first.
func (db *DB) retriedAs(ctx context.Context, as *sql.TxOptions, do func(tx *sqlx.Tx) error) error {
	for run := 1; ; run++ {
		err := db.withinAs(ctx, as, do)
		if run == mostRuns || !isState(err, "40P01") && !isState(err, "40001") && !breaks(err, "conversation_open") {
			return err
		}
	}
}

var errDryRun = errors.New("postgres: dry run")

// tried is retried, and keeps nothing of it where dry is set.
func (db *DB) tried(ctx context.Context, dry bool, do func(tx *sqlx.Tx) error) error {
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		if err := do(tx); err != nil || !dry {
			return err
		}
		return errDryRun
	})
	if errors.Is(err, errDryRun) {
		return nil
	}
	return err
}

// told gives an error of the driver its kind, by SQLSTATE. Errors of ours pass
// through.
func told(err error) error {
	var ours *survey.Error
	if err == nil || errors.As(err, &ours) || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Err: err}
	}
	var dial net.Error
	if errors.As(err, &dial) || errors.Is(err, sql.ErrConnDone) || isAway(err) {
		return &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway, Err: err}
	}
	return err
}

// isAway recognises a server that is gone, starting, stopping or full.
func isAway(err error) bool {
	var pe *pq.Error
	if !errors.As(err, &pe) {
		return false
	}
	switch pe.Code.Class() {
	case "08", "53", "57":
		return true
	}
	return false
}

// breaks reports whether err is a row that a unique index refused.
func breaks(err error, index string) bool {
	var pe *pq.Error
	return errors.As(err, &pe) && string(pe.Code) == "23505" && pe.Constraint == index
}

func isState(err error, state string) bool {
	var pe *pq.Error
	return errors.As(err, &pe) && string(pe.Code) == state
}

// document scans a json column into a value.
type document[T any] struct{ V T }

// Scan implements sql.Scanner.
func (d *document[T]) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		return nil
	case []byte:
		return json.Unmarshal(b, &d.V)
	case string:
		return json.Unmarshal([]byte(b), &d.V)
	}
	return errors.New("postgres: a document is neither text nor bytes")
}

// encoded renders v for a jsonb parameter.
func encoded(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// nullTime is t as a parameter, NULL when zero.
func nullTime(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }

// texts converts any list of words to a text[] parameter.
func texts[S ~string](in []S) pq.StringArray {
	out := make(pq.StringArray, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

// ints converts any list of identifiers to a bigint[] parameter.
func ints[I ~int64 | ~int](in []I) pq.Int64Array {
	out := make(pq.Int64Array, len(in))
	for i, v := range in {
		out[i] = int64(v)
	}
	return out
}
