package dispatch

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ListFileStore is what writing the list to a file needs of the database.
type ListFileStore interface {
	UnitStore
	WholeContacts(ctx context.Context, f view.ContactFilter, keys view.AddressKeys,
		take func(view.ListShape, iter.Seq2[survey.Contact, error]) error) error
	RecordAudit(ctx context.Context, a view.Audit) error
}

// ListFileRequest asks for contacts as a file.
type ListFileRequest struct {
	Query  ContactQuery // its page and order are not looked at
	Reason string
	Actor  string
	Now    time.Time // business time
}

// ListFile says what a file of contacts has.
type ListFile struct {
	People    int `json:"people"`
	Addresses int `json:"addresses"`
	// LeftOut are attributes that an import would read as something else, or that
	// it takes only when asked for by name: sensitive ones, above all.
	LeftOut []string `json:"left_out,omitempty"`
}

// WriteContacts writes contacts as CSV that Excel opens (UTF-8 with mark) and that
// an import reads back to the same list: addresses by rank, dead ones too, and
// attributes under their own names. Cells that a spreadsheet would compute or
// shorten are defused. That it was done is on record when it returns.
func WriteContacts(ctx context.Context, store ListFileStore, r ListFileRequest, w io.Writer) (ListFile, error) {
	var done ListFile
	if err := reasoned(r.Reason); err != nil {
		return done, err
	}
	f, some, err := r.Query.filter(ctx, store)
	if err != nil {
		return done, err
	}
	write := func(shape view.ListShape, people iter.Seq2[survey.Contact, error]) error {
		done.LeftOut = nil
		l := newListFile(w, shape)
		done.LeftOut = l.leftOut
		return l.write(people, &done)
	}
	if some {
		err = store.WholeContacts(ctx, f, r.Query.Keys, write)
	} else {
		err = write(view.ListShape{}, func(func(survey.Contact, error) bool) {})
	}
	if err != nil {
		return done, err
	}
	return done, store.RecordAudit(ctx, view.Audit{At: r.Now, Actor: r.Actor, Act: "export", Reason: r.Reason, Detail: map[string]any{
		"people": done.People, "addresses": done.Addresses, "filters": r.Query.filters()}})
}

// filters names what a query asks for, not what it looks for: that may be a name.
func (q ContactQuery) filters() []string {
	out := []string{}
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"search", q.Search != ""}, {"eligible", q.Eligible != ""}, {"unit", q.Unit != ""}, {"no_email", q.NoEmail},
		{"no_mobile", q.NoMobile}, {"unreachable", q.Unreachable}, {"shared", q.Shared}, {"dead", q.Dead},
		{"suppressed", q.Suppressed}, {"no_consent", len(q.NoConsent) > 0}, {"import", q.Import != 0},
		{"duplicates", q.Twins}, {"with_left", q.WithLeft},
	} {
		if f.given {
			out = append(out, f.name)
		}
	}
	return out
}

// listFile writes one file. Its columns are what contactlist reads, in this order;
// then mails, phones and attributes.
type listFile struct {
	w             *csv.Writer
	to            io.Writer
	mails, phones int
	attributes    []string
	leftOut       []string
}

// personColumns head what every contact has.
func personColumns() []string {
	return []string{"Mã CTV", "Họ và tên", "Danh xưng", "Giới tính", "Năm sinh", "Ngôn ngữ", "Múi giờ", "Đơn vị"}
}

// mostColumns bounds the columns of one kind of address; what is more stands in
// the last one together.
const mostColumns = 20

func newListFile(w io.Writer, s view.ListShape) *listFile {
	l := &listFile{w: csv.NewWriter(w), to: w, mails: min(max(s.Mails, 1), mostColumns), phones: min(max(s.Phones, 1), mostColumns)}
	l.w.UseCRLF = true
	for _, a := range s.Attributes {
		// A label that reads as data would hide the whole header.
		if m, _ := contactlist.MapHeader([]string{a}); len(m.Columns) == 0 {
			l.leftOut = append(l.leftOut, a)
		} else {
			l.attributes = append(l.attributes, a)
		}
	}
	for l.leaveOut() {
	}
	slices.Sort(l.leftOut)
	return l
}

// leaveOut takes the attributes out that an import of the header as it is would
// not read as themselves, and reports whether there were any.
func (l *listFile) leaveOut() bool {
	m, _ := contactlist.MapHeader(l.header())
	before := len(personColumns()) + l.mails + l.phones
	var kept []string
	for i, a := range l.attributes {
		c := m.Columns[before+i]
		if (c.Field == contactlist.FieldAttribute || c.Field == contactlist.FieldNote) && c.Key == a {
			kept = append(kept, a)
		} else {
			l.leftOut = append(l.leftOut, a)
		}
	}
	some := len(kept) < len(l.attributes)
	l.attributes = kept
	return some
}

func (l *listFile) header() []string {
	out := personColumns()
	for _, of := range []struct {
		label string
		n     int
	}{{"Email", l.mails}, {"Điện thoại", l.phones}} {
		for i := range of.n {
			label := of.label
			if i > 0 {
				label += " " + strconv.Itoa(i+1)
			}
			out = append(out, label)
		}
	}
	return append(out, l.attributes...)
}

func (l *listFile) write(people iter.Seq2[survey.Contact, error], done *ListFile) error {
	if _, err := io.WriteString(l.to, "\ufeff"); err != nil {
		return fmt.Errorf("dispatch: list file: %w", err)
	}
	if err := l.w.Write(l.header()); err != nil {
		return fmt.Errorf("dispatch: list file: %w", err)
	}
	for c, err := range people {
		if err != nil {
			return err
		}
		if err := l.w.Write(l.cells(c)); err != nil {
			return fmt.Errorf("dispatch: list file: %w", err)
		}
		done.People++
		done.Addresses += len(c.Endpoints)
	}
	l.w.Flush()
	if err := l.w.Error(); err != nil {
		return fmt.Errorf("dispatch: list file: %w", err)
	}
	return nil
}

func (l *listFile) cells(c survey.Contact) []string {
	birth := ""
	if c.Birth != 0 {
		birth = strconv.Itoa(c.Birth)
	}
	out := []string{c.Code, string(c.Name), c.Title, c.Sex, birth, string(c.Language), c.Zone, c.Unit}
	var mails, phones []string
	for _, e := range c.Endpoints {
		if e.Kind == survey.EmailAddress {
			mails = append(mails, e.Address)
		} else {
			phones = append(phones, dialled(e.Address))
		}
	}
	out = append(out, spread(mails, l.mails)...)
	out = append(out, spread(phones, l.phones)...)
	for _, a := range l.attributes {
		out = append(out, c.Attributes[a])
	}
	for i, cell := range out {
		out[i] = safe(cell)
	}
	return out
}

// safe is a cell that a spreadsheet neither computes nor takes for a number
// whose first zeros mean nothing: a code 007 stays one. An import takes the
// apostrophe off.
func safe(cell string) string {
	if len(cell) > 1 && cell[0] == '0' && strings.Trim(cell, "0123456789") == "" {
		return "'" + cell
	}
	return contactlist.Defuse(cell)
}

// spread puts items into n cells, what is more into the last.
func spread(items []string, n int) []string {
	out := make([]string, n)
	for i, item := range items {
		if i < n {
			out[i] = item
		} else {
			out[n-1] += "; " + item
		}
	}
	return out
}

// dialled writes a number as people here do, in groups that no spreadsheet takes
// for a figure, if it is read back as the same; else in E.164.
func dialled(e164 string) string {
	d, ok := strings.CutPrefix(e164, "+84")
	if !ok || len(d) < 7 {
		return e164
	}
	for _, national := range []string{"0" + d, d} { // 1800 and 1900 have no zero
		text := national[:4] + " " + national[4:7] + " " + national[7:]
		if r := contactlist.ParsePhone(text); len(r.Numbers) == 1 && r.Numbers[0].E164 == e164 {
			return strings.TrimSpace(text)
		}
	}
	return e164
}
