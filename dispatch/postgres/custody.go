package postgres

import (
	"context"
	"net/url"
	"strings"
)

// StaffRole is the role of commands that print and export: it cannot read which response
// is whose, but of identified campaigns (migration 00021).
const StaffRole = "canvass_staff"

const sqlCustodyGrants = `SELECT custody_grants()`

// The role is there, we may take it, and it does not see what it must not.
const sqlCustodyKept = `
SELECT coalesce((SELECT pg_has_role(current_user, r.oid, 'MEMBER') AND NOT has_schema_privilege(r.oid, 'link', 'USAGE')
	AND NOT has_table_privilege(r.oid, 'response', 'SELECT') AND has_column_privilege(r.oid, 'response', 'id', 'SELECT')
	AND NOT has_column_privilege(r.oid, 'inbox', 'payload', 'SELECT')
	FROM pg_roles r WHERE r.rolname = 'canvass_staff' AND NOT r.rolsuper), false)`

// CustodyKept reports whether commands that print cannot join the answers of a
// confidential campaign to people.
func (db *DB) CustodyKept(ctx context.Context) (bool, error) {
	var kept bool
	return kept, told(db.x.GetContext(ctx, &kept, sqlCustodyKept))
}

// OpenStaff connects to dsn as the role of commands that print. Where there is none, it
// connects as Open does: then no confidential campaign can be launched.
func (db *DB) OpenStaff(ctx context.Context, dsn string) (*DB, error) {
	kept, err := db.CustodyKept(ctx)
	if err != nil {
		return nil, err
	}
	if kept {
		dsn = asRole(dsn, StaffRole)
	}
	return Open(ctx, dsn)
}

// asRole has every connection of dsn begin in a role.
func asRole(dsn, role string) string {
	set := "-c role=" + role
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return dsn + " options='" + set + "'"
	}
	q := u.Query()
	q.Set("options", strings.TrimSpace(q.Get("options")+" "+set))
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return u.String()
}
