package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// A connection remembers the statements that it runs often and has the server keep
// their plans: for the short statements of claims and arrivals, planning takes as
// long as the work. What is run once or twice, a report or an import, is planned
// for its own parameters each time.

const (
	oftenRun  = 3   // from this run on a statement is kept
	mostKept  = 200 // statements per connection; there are fewer worth it
	mostHeard = 2000
)

// openRemembering opens a pool of such connections.
func openRemembering(dsn string) (*sqlx.DB, error) {
	c, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sqlx.NewDb(sql.OpenDB(remembering{c}), "postgres"), nil
}

type remembering struct{ *pq.Connector }

// Connect implements driver.Connector.
func (r remembering) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := r.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	// If the driver's connection should ever know less than it does, it goes without.
	if able, ok := c.(ableConn); ok {
		return &rememberingConn{ableConn: able, heard: map[string]int{}, kept: map[string]ableStmt{}}, nil
	}
	return c, nil
}

// ableConn is all that database/sql asks of a connection of the driver.
type ableConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type ableStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// rememberingConn is used by one goroutine at a time, as every driver.Conn.
type rememberingConn struct {
	ableConn
	heard map[string]int
	kept  map[string]ableStmt
}

// QueryContext implements driver.QueryerContext.
func (c *rememberingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if s := c.statement(ctx, query, len(args)); s != nil {
		return s.QueryContext(ctx, args)
	}
	return c.ableConn.QueryContext(ctx, query, args)
}

// ExecContext implements driver.ExecerContext.
func (c *rememberingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if s := c.statement(ctx, query, len(args)); s != nil {
		return s.ExecContext(ctx, args)
	}
	return c.ableConn.ExecContext(ctx, query, args)
}

// statement is the kept statement of a query; nil where none is kept. Several
// commands in one text have no parameters, and are never kept.
func (c *rememberingConn) statement(ctx context.Context, query string, args int) ableStmt {
	if s, ok := c.kept[query]; ok || args == 0 {
		return s
	}
	if c.heard[query]++; c.heard[query] < oftenRun || len(c.kept) >= mostKept {
		if len(c.heard) > mostHeard { // texts that are put together anew each time
			clear(c.heard)
		}
		return nil
	}
	delete(c.heard, query)
	c.kept[query] = nil // a text that cannot be kept is not tried again
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil // the query itself meets what is wrong, and says so
	}
	if able, ok := s.(ableStmt); ok {
		c.kept[query] = able
	}
	return c.kept[query]
}
