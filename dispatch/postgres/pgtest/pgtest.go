package pgtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/cluster"
	"canvass/migrations"
)

// serverVariable names the environment variable with the URL of the server to
// test against; its role must be allowed to make databases.
const serverVariable = "CANVASS_TEST_DATABASE_URL"

// Run runs the tests of a binary against one server, so that tests in sequence
// do not start one each:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
func Run(m *testing.M) int {
	ctx := context.Background()
	server, stop, err := start(ctx)
	if err == nil {
		err = os.Setenv(serverVariable, server)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		return 1
	}
	code := m.Run()
	if err := stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest: stop:", err)
	}
	return code
}

// start returns the URL of a server that runs until stop.
func start(ctx context.Context) (server string, stop func(context.Context) error, err error) {
	if server := os.Getenv(serverVariable); server != "" {
		return server, func(context.Context) error { return nil }, nil
	}
	dir := filepath.Join(os.TempDir(), "canvass-pgtest-"+strconv.Itoa(os.Getuid()))
	c, err := cluster.Start(ctx, cluster.Config{Dir: dir})
	if err != nil {
		return "", nil, err
	}
	if !c.Adopted() {
		err = sweep(ctx, c.URL())
	}
	return c.URL(), c.Stop, err
}

// DB is the database of one test.
type DB struct {
	*postgres.DB
	URL string

	t   testing.TB
	sql *sql.DB
}

// New returns a database of the test's own, dropped at its end.
func New(t testing.TB) *DB {
	t.Helper()
	ctx := t.Context()
	server, stop, err := start(ctx)
	check(t, err)
	t.Cleanup(func() { check(t, stop(context.WithoutCancel(ctx))) })
	name, err := clone(ctx, server)
	check(t, err)
	t.Cleanup(func() { check(t, drop(context.WithoutCancel(ctx), server, name)) })

	d := &DB{URL: inside(server, name), t: t}
	d.DB, err = postgres.Open(ctx, d.URL)
	check(t, err)
	d.sql, err = sql.Open("postgres", d.URL)
	check(t, err)
	t.Cleanup(func() { check(t, errors.Join(d.DB.Close(), d.sql.Close())) })
	return d
}

// drop drops a database with whoever is connected to it. The server's own
// autovacuum may be in it for a moment, and is nobody we may throw out.
func drop(ctx context.Context, server, name string) error {
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := command(ctx, server, "DROP DATABASE "+name+" WITH (FORCE)")
		var refused *pq.Error
		if !errors.As(err, &refused) || refused.Code != "42501" || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal("pgtest: ", err)
	}
}

// inside is the URL of a database of the server.
func inside(server, name string) string {
	u, err := url.Parse(server)
	if err != nil { // not a URL, but lib/pq's key=value form; the last one counts
		return server + " dbname=" + name
	}
	u.Path = "/" + name
	return u.String()
}

// command runs one statement by a connection of its own.
func command(ctx context.Context, server, statement string) error {
	db, err := sql.Open("postgres", server)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// prefix of the databases of tests: prefix_PROCESS_NANOSECONDS.
const prefix = "canvass_test_"

// clone copies the template and returns the name of the copy.
func clone(ctx context.Context, server string) (string, error) {
	from, err := template(ctx, server)
	if err != nil {
		return "", err
	}
	for {
		name := fmt.Sprintf("%s%d_%d", prefix, os.Getpid(), time.Now().UnixNano())
		err := command(ctx, server, "CREATE DATABASE "+name+" TEMPLATE "+from)
		var pe *pq.Error
		if errors.As(err, &pe) && (pe.Code == "42P04" || pe.Code == "23505") { // two tests in one nanosecond
			continue
		}
		return name, err
	}
}

// template returns the name of a migrated database that nobody connects to. Its
// name holds the hash of the migrations, so that every schema has its own. It is
// made under a name of its maker's and renamed when it is whole.
func template(ctx context.Context, server string) (string, error) {
	name, err := templateName()
	if err != nil {
		return "", err
	}
	db, err := sql.Open("postgres", server)
	if err != nil {
		return "", err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	const exists = `SELECT count(*) FROM pg_database WHERE datname = $1`
	found := 0
	if err := conn.QueryRowContext(ctx, exists, name).Scan(&found); err != nil || found > 0 {
		return name, err
	}
	// A session's lock, gone with the connection.
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(hashtext($1))`, name); err != nil {
		return "", err
	}
	if err := conn.QueryRowContext(ctx, exists, name).Scan(&found); err != nil || found > 0 {
		return name, err
	}
	if _, err := conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+"_raw"); err != nil {
		return "", err
	}
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+name+"_raw"); err != nil {
		return "", err
	}
	if err := migrate(ctx, inside(server, name+"_raw")); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+name+"_raw RENAME TO "+name)
	return name, err
}

func templateName() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.FS, path)
		fmt.Fprintf(h, "%s\x00%s\x00", path, b)
		return err
	})
	return fmt.Sprintf("canvass_template_%x", h.Sum(nil)[:8]), err
}

func migrate(ctx context.Context, dbURL string) error {
	db, err := postgres.Open(ctx, dbURL)
	if err != nil {
		return err
	}
	_, _, err = db.Migrate(ctx)
	return errors.Join(err, db.Close())
}

// sweep drops the databases of tests whose process is gone: they were killed
// before they could.
func sweep(ctx context.Context, server string) error {
	db, err := sql.Open("postgres", server)
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, `SELECT datname FROM pg_database WHERE starts_with(datname, $1)`, prefix)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		process, _, _ := strings.Cut(strings.TrimPrefix(name, prefix), "_")
		id, err := strconv.Atoi(process)
		if err != nil || syscall.Kill(id, 0) == nil {
			continue
		}
		if err := command(ctx, server, "DROP DATABASE IF EXISTS "+name); err != nil {
			return err
		}
	}
	return rows.Err()
}
