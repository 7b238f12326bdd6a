package postgres

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// rowCopier adds the rows that share nothing with anybody, and hands the others
// to the merge writer.
type rowCopier struct {
	*importRows
	writer            mergeWriter
	held              []view.ImportLine
	fresh             []view.Merge // for what is written beside contact and address
	contact, endpoint copyRows
	now               string
}

func newRowCopier(ctx context.Context, r *importRows) *rowCopier {
	return &rowCopier{importRows: r, now: r.run.Now.UTC().Format(time.RFC3339Nano),
		writer: mergeWriter{ctx: ctx, tx: r.tx, run: r.run, id: r.id, shared: r.shared}}
}

const sqlFreshContacts = `
SELECT nextval(pg_get_serial_sequence('contact', 'id')) FROM generate_series(1, $1::int)`

// merge brings some rows into the list: first those that stand alone, then in
// order those that share something with somebody, who is there by then.
func (c *rowCopier) merge(ctx context.Context, lines []view.ImportLine) error {
	var ids []survey.ContactID
	if err := c.tx.SelectContext(ctx, &ids, sqlFreshContacts, len(lines)); err != nil {
		return err
	}
	c.held, c.fresh, c.contact.buf, c.endpoint.buf = c.held[:0], c.fresh[:0], c.contact.buf[:0], c.endpoint.buf[:0]
	for i, l := range lines {
		l.Contact.ID = ids[i]
		if c.met.meetContact(l.Contact) || l.Held {
			c.held = append(c.held, l)
			continue
		}
		if err := c.encode(l); err != nil {
			return err
		}
		c.out.Created++
		if len(l.Consents) > 0 {
			c.fresh = append(c.fresh, view.Merge{Contact: l.Contact, Consents: l.Consents})
		}
	}
	if err := c.copyIn(ctx, copyContacts, c.contact.buf); err != nil {
		return err
	}
	if err := c.copyIn(ctx, copyEndpoints, c.endpoint.buf); err != nil {
		return err
	}
	if err := c.writer.consents(c.fresh); err != nil {
		return err
	}
	for some := range slices.Chunk(c.held, mergedAtOnce) {
		merges, err := c.writer.batch(some, c.work.Merge)
		if err != nil {
			return err
		}
		for _, m := range merges {
			c.out.Add(m.Outcome)
		}
	}
	return nil
}

const (
	copyContacts = `COPY contact (id, code, name, name_folded, title, sex, birth, language, unit, unit_code, attributes, left_at,
	random_number, import_id, created_at, updated_at) FROM STDIN`
	copyEndpoints = `COPY endpoint (contact_id, kind, address, sms, rank, source, label, place, import_id, created_at) FROM STDIN`
)

// encode writes a new contact and its addresses as COPY takes them.
func (c *rowCopier) encode(l view.ImportLine) error {
	p, attributes := l.Contact, []byte("{}")
	if len(p.Attributes) > 0 {
		var err error
		if attributes, err = json.Marshal(p.Attributes); err != nil {
			return err
		}
	}
	r := &c.contact
	r.int(int64(p.ID)).textOrNull(p.Code).text(string(p.Name)).text(l.SearchKey).text(p.Title).text(p.Sex)
	if r.birth(p.Birth); p.Language == "" {
		p.Language = survey.Vietnamese
	}
	r.text(string(p.Language)).text(p.Unit).text(p.UnitCode).text(string(attributes))
	gone := ""
	if l.Left {
		gone = c.now
	}
	r.textOrNull(gone).int(int64(p.Random ^ 1<<63)) // as RandomNumber.Value stores it
	r.int(int64(c.id)).text(c.now).text(c.now).end()
	for rank, e := range p.Endpoints {
		a := &c.endpoint
		a.int(int64(p.ID)).text(string(e.Kind)).text(e.Address).bool(e.SMS).int(int64(rank))
		a.text("import").text(e.Label).text(l.Place).int(int64(c.id)).text(c.now).end()
	}
	return nil
}

// copyIn hands rows to the server as they are: many times faster than a
// parameter at a time.
func (c *rowCopier) copyIn(ctx context.Context, query string, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	return c.conn.Raw(func(dc any) error {
		stmt, err := dc.(driver.ConnPrepareContext).PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		return errors.Join(sendRows(ctx, stmt.(copier), data), stmt.Close())
	})
}

// copier is the statement that lib/pq makes of a COPY.
type copier interface {
	driver.Stmt
	CopyData(ctx context.Context, line string) (driver.Result, error)
}

// sendRows sends whole rows, in pieces of the size that lib/pq sends on.
func sendRows(ctx context.Context, stmt copier, data []byte) error {
	const piece = 60 << 10
	for len(data) > 0 {
		from := min(piece, len(data)) - 1
		end := from + bytes.IndexByte(data[from:], '\n')
		if _, err := stmt.CopyData(ctx, string(data[:end])); err != nil { // it adds the line break
			return err
		}
		data = data[end+1:]
	}
	//lint:ignore SA1019 lib/pq ends a COPY by this call; the context is in CopyData
	_, err := stmt.Exec(nil)
	return err
}

// copyRows gathers rows in COPY's text format, field by field.
type copyRows struct{ buf []byte }

func (c *copyRows) int(v int64) *copyRows {
	c.buf = append(strconv.AppendInt(c.buf, v, 10), '\t')
	return c
}

func (c *copyRows) bool(v bool) *copyRows {
	b := byte('f')
	if v {
		b = 't'
	}
	c.buf = append(c.buf, b, '\t')
	return c
}

// birth writes a year, 0 as unknown.
func (c *copyRows) birth(year int) {
	if year == 0 {
		c.textOrNull("")
		return
	}
	c.int(int64(year))
}

func (c *copyRows) textOrNull(s string) *copyRows {
	if s == "" {
		c.buf = append(c.buf, '\\', 'N', '\t')
		return c
	}
	return c.text(s)
}

// text writes a text, its separators escaped. PostgreSQL has no NUL in texts.
func (c *copyRows) text(s string) *copyRows {
	for i := range len(s) {
		switch b := s[i]; b {
		case '\\':
			c.buf = append(c.buf, '\\', '\\')
		case '\t':
			c.buf = append(c.buf, '\\', 't')
		case '\n':
			c.buf = append(c.buf, '\\', 'n')
		case '\r':
			c.buf = append(c.buf, '\\', 'r')
		case 0:
		default:
			c.buf = append(c.buf, b)
		}
	}
	c.buf = append(c.buf, '\t')
	return c
}

// end closes a row.
func (c *copyRows) end() { c.buf[len(c.buf)-1] = '\n' }
