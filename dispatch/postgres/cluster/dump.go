package cluster

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/lib/pq"
)

// ErrNotEmpty is returned by Restore for a database that holds anything.
var ErrNotEmpty = errors.New("the database is not empty; restore into a new one")

// Dump writes the database at rawURL to w in pg_dump's custom format, as one
// consistent snapshot, while others go on working. Roles are not in it.
func Dump(ctx context.Context, bin Binaries, rawURL string, w io.Writer) error {
	return client(ctx, bin, rawURL, func(cmd *exec.Cmd) { cmd.Stdout = w }, "pg_dump", "--format=custom", "--dbname")
}

// Restore fills the empty database at rawURL with what Dump wrote, in one
// transaction: after an error it is as empty as before. All objects become the
// connecting role's, and nothing is granted to others: their roles may not be here. It
// returns ErrNotEmpty for a database with any table, view, function, type or
// schema of its own.
func Restore(ctx context.Context, bin Binaries, rawURL string, r io.Reader) error {
	empty, err := isEmpty(ctx, rawURL)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if !empty {
		return fmt.Errorf("restore: %w", ErrNotEmpty)
	}
	return client(ctx, bin, rawURL, func(cmd *exec.Cmd) { cmd.Stdin = r }, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname")
}

// client runs pg_dump or pg_restore with the address as its last argument. The
// password goes by the environment: arguments are visible to everyone in ps.
func client(ctx context.Context, bin Binaries, rawURL string, connect func(*exec.Cmd), args ...string) error {
	public, password, err := splitPassword(rawURL)
	if err != nil {
		return err
	}
	name := args[0]
	cmd := exec.CommandContext(ctx, bin.path(name), append(args[1:], public)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	if password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
	}
	// A reader or writer that hangs must not keep a program that is dead.
	cmd.WaitDelay = 10 * time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	connect(cmd)
	return failure(ctx, name, cmd.Run(), withoutData(said.String()))
}

func splitPassword(rawURL string) (public, password string, err error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		// The parser's own message would repeat the address and its password.
		return "", "", errors.New("the database address is not of the form postgres://…")
	}
	if u.User != nil {
		password, _ = u.User.Password()
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	if q.Has("password") {
		password = q.Get("password")
		q.Del("password")
		u.RawQuery = q.Encode()
	}
	return u.String(), password, nil
}

// withoutData keeps the program's own lines and drops the server's DETAIL and
// CONTEXT, which quote rows.
func withoutData(said string) string {
	var kept []string
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "pg_") {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	return strings.Join(kept, "; ")
}

// isEmptySQL looks for anything of the database's own: objects outside the
// system's schemas that no extension brought, and further schemas.
const isEmptySQL = `
WITH own AS (
	SELECT oid FROM pg_namespace
	WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'
), objects AS (
	SELECT 'pg_class'::regclass AS kind, c.oid FROM pg_class c JOIN own ON own.oid = c.relnamespace
	UNION ALL SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p JOIN own ON own.oid = p.pronamespace
	UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t JOIN own ON own.oid = t.typnamespace
	UNION ALL SELECT 'pg_namespace'::regclass, n.oid FROM pg_namespace n JOIN own USING (oid) WHERE n.nspname <> 'public'
)
SELECT NOT EXISTS (
	SELECT FROM objects o WHERE NOT EXISTS (
		SELECT FROM pg_depend d WHERE d.classid = o.kind AND d.objid = o.oid AND d.deptype = 'e'))`

func isEmpty(ctx context.Context, rawURL string) (empty bool, err error) {
	connector, err := pq.NewConnector(rawURL)
	if err != nil {
		return false, errors.New("the database address is not understood")
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.QueryRowContext(ctx, isEmptySQL).Scan(&empty)
	return empty, err
}
