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

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// rowBatch is some rows on their way into the list.
type rowBatch struct {
	lines             []view.ImportLine
	ids               pq.Int64Array     // one for every row, for those who are new
	contact, endpoint copyRows          // of the rows that share nothing with anybody
	fresh             []view.Merge      // of these, for what is written beside
	held              []view.ImportLine // the others
	created           int
	err               error
}

func (b *rowBatch) reset() {
	clear(b.lines) // so that their people can be forgotten
	clear(b.held)
	clear(b.fresh)
	b.lines, b.held, b.fresh, b.created = b.lines[:0], b.held[:0], b.fresh[:0], 0
	b.contact.buf, b.endpoint.buf = b.contact.buf[:0], b.endpoint.buf[:0]
}

// rowCopier adds the rows that share nothing with anybody, and hands the others
// to the merge writer.
type rowCopier struct {
	*importRows
	ctx    context.Context
	writer mergeWriter
	now    string
}

func newRowCopier(ctx context.Context, r *importRows) *rowCopier {
	return &rowCopier{importRows: r, ctx: ctx, now: r.run.Now.UTC().Format(time.RFC3339Nano),
		writer: mergeWriter{ctx: ctx, tx: r.tx, run: r.run, id: r.id, shared: r.shared}}
}

// merge brings batches into the list, in order: while one is on its way to the
// server, the next is encoded.
func (c *rowCopier) merge(full <-chan *rowBatch, empty chan<- *rowBatch) error {
	raw, ready := make(chan *rowBatch, 1), make(chan *rowBatch, 1)
	defer close(raw)
	go func() {
		defer close(ready)
		for b := range raw {
			b.err = c.encode(b)
			ready <- b
		}
	}()
	waiting := 0
	for b := range full {
		if err := c.identify(b); err != nil {
			return err
		}
		raw <- b
		if waiting++; waiting < 2 {
			continue
		}
		b := <-ready
		if err := c.write(b); err != nil {
			return err
		}
		waiting--
		empty <- b
	}
	for ; waiting > 0; waiting-- {
		if err := c.write(<-ready); err != nil {
			return err
		}
	}
	return c.writer.noteChanges()
}

// The name of the sequence is looked up once, not for every row.
const sqlFreshContacts = `
SELECT array_agg(nextval(s.name)) FROM (SELECT pg_get_serial_sequence('contact', 'id')::regclass AS name OFFSET 0) AS s, generate_series(1, $1::int)`

// identify reserves identifiers for the rows of a batch.
func (c *rowCopier) identify(b *rowBatch) error {
	return c.tx.GetContext(c.ctx, &b.ids, sqlFreshContacts, len(b.lines))
}

// encode tells the rows that stand alone from the others, and writes them as
// COPY takes them.
func (c *rowCopier) encode(b *rowBatch) error {
	for i, l := range b.lines {
		l.Contact.ID = survey.ContactID(b.ids[i])
		if c.met.meetContact(l.Contact) || l.Held {
			b.held = append(b.held, l)
			continue
		}
		if err := c.encodeLine(b, l); err != nil {
			return err
		}
		b.created++
		if len(l.Consents) > 0 {
			b.fresh = append(b.fresh, view.Merge{Contact: l.Contact, Consents: l.Consents})
		}
	}
	return nil
}

// write brings a batch into the list: first the rows that stand alone, then in
// order those that share something with somebody, who is there by then.
func (c *rowCopier) write(b *rowBatch) error {
	defer b.reset()
	if b.err != nil {
		return b.err
	}
	c.out.Created += b.created
	if err := c.copyIn(copyContacts, b.contact.buf); err != nil {
		return err
	}
	if err := c.copyIn(copyEndpoints, b.endpoint.buf); err != nil {
		return err
	}
	if err := c.writer.consents(b.fresh); err != nil {
		return err
	}
	for some := range slices.Chunk(b.held, mergedAtOnce) {
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
	copyContacts = `COPY contact (id, code, name, name_folded, title, sex, birth, language, zone, unit, unit_code, attributes, left_at,
	random_number, import_id) FROM STDIN`
	copyEndpoints = `COPY endpoint (contact_id, kind, address, sms, rank, source, label, place, import_id) FROM STDIN`
)

// encodeLine writes a new contact and its addresses.
func (c *rowCopier) encodeLine(b *rowBatch, l view.ImportLine) error {
	p, attributes := l.Contact, []byte("{}")
	if len(p.Attributes) > 0 {
		var err error
		if attributes, err = json.Marshal(p.Attributes); err != nil {
			return err
		}
	}
	r := &b.contact
	r.int(int64(p.ID)).textOrNull(p.Code).text(string(p.Name)).text(l.SearchKey).text(p.Title).text(p.Sex)
	if r.birth(p.Birth); p.Language == "" {
		p.Language = survey.Vietnamese
	}
	r.text(string(p.Language)).text(p.Zone).text(p.Unit).text(p.UnitCode).text(string(attributes))
	gone := ""
	if l.Left {
		gone = c.now
	}
	r.textOrNull(gone).int(int64(p.Random ^ 1<<63)) // as RandomNumber.Value stores it
	r.int(int64(c.id)).end()
	for rank, e := range p.Endpoints {
		a := &b.endpoint
		a.int(int64(p.ID)).text(string(e.Kind)).text(e.Address).bool(e.SMS).int(int64(rank))
		a.text("import").text(e.Label).text(l.Place).int(int64(c.id)).end()
	}
	return nil
}

// copyIn hands rows to the server as they are: many times faster than a
// parameter at a time.
func (c *rowCopier) copyIn(query string, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	return c.conn.Raw(func(dc any) error {
		stmt, err := dc.(driver.ConnPrepareContext).PrepareContext(c.ctx, query)
		if err != nil {
			return err
		}
		return errors.Join(sendRows(c.ctx, stmt.(copier), data), stmt.Close())
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
	// lib/pq ends a COPY by this call; the context is in CopyData.
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
	plain := true
	for i := range len(s) {
		plain = plain && s[i] >= ' ' && s[i] != '\\'
	}
	if plain { // true of nearly every cell
		c.buf = append(append(c.buf, s...), '\t')
		return c
	}
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
