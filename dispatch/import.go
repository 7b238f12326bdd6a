package dispatch

import (
	"context"
	"io"
	"iter"
	"time"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ImportStore is what an import needs of the database.
type ImportStore interface {
	ImportContacts(ctx context.Context, run view.ImportRun, batches iter.Seq2[view.ImportBatch, error],
		merge func(view.ImportStep) ([]view.Merge, error)) (view.ImportCounts, error)
}

// ImportRequest asks for a list to be merged into the contact list.
type ImportRequest struct {
	Source string // name of the file or system
	SHA256 []byte // of the file
	List   *contactlist.Reader
	// Basis, ConsentSource and ConsentText say on what ground new people may be
	// contacted (appointment, consent, legal_duty), who says so, and which words
	// they were shown.
	Basis         string
	ConsentSource string
	ConsentText   string
	Actor         string
	DryRun        bool      // do everything, keep nothing
	Now           time.Time // business time
	Rand          io.Reader // crypto/rand: the permanent random numbers
}

// ImportReport says what became of a list. It names people by row and code only.
type ImportReport struct {
	view.ImportCounts
	DryRun bool `json:"dry_run,omitempty"`
	// Reasons and Warnings count rows by code.
	Reasons  map[survey.Code]int `json:"reasons,omitempty"`
	Warnings map[survey.Code]int `json:"warnings,omitempty"`
	// Rows are the rows with something to say, at most maxRows of them; Unlisted
	// is how many more there are.
	Rows     []ImportedRow `json:"rows,omitempty"`
	Unlisted int           `json:"unlisted,omitempty"`
	// Shared are the phones and mailboxes that several people of the list have.
	Shared []SharedAddress `json:"shared,omitempty"`
	// Omissions are the parts of the file that were not read.
	Omissions []contactlist.Omission `json:"omissions,omitempty"`
}

// ImportedRow is a row with something to say.
type ImportedRow struct {
	Where    string          `json:"where"` // Sheet!12
	Errors   []*survey.Error `json:"-"`     // why it was rejected
	Warnings []*survey.Error `json:"-"`
	Codes    []survey.Code   `json:"codes"` // of both
}

// SharedAddress is a phone or a mailbox of several people, without the address.
type SharedAddress struct {
	Kind   survey.EndpointKind `json:"kind"`
	People int                 `json:"people"`
	Codes  []string            `json:"codes,omitempty"` // of those who have one
	Rows   []string            `json:"rows,omitempty"`  // of those in this file
}

// maxRows bounds what a report keeps of a list that is all wrong.
const maxRows = 1000

// importBatch is how many people one round of statements merges.
const importBatch = 500

// Import merges a list into the contact list, in one transaction. Every row ends
// created, updated, unchanged or rejected; an empty cell never takes anything
// away, and the same list again changes nothing. Who is who is told by
// contactlist.Keys. New people need a ground for contacting them: without a basis
// nothing is imported.
func Import(ctx context.Context, store ImportStore, r ImportRequest) (ImportReport, error) {
	if r.Basis == "" {
		return ImportReport{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: "basis"}
	}
	m := newMerger(r.Rand)
	m.report.DryRun, m.report.Omissions = r.DryRun, r.List.Omissions()
	counts, err := store.ImportContacts(ctx, view.ImportRun{Source: r.Source, SHA256: r.SHA256, Basis: r.Basis,
		ConsentSource: r.ConsentSource, ConsentText: r.ConsentText, Actor: r.Actor, Now: r.Now, DryRun: r.DryRun},
		m.batches(r.List.Rows()), m.merge)
	if err != nil {
		return ImportReport{}, err
	}
	m.report.ImportCounts = counts
	m.report.Shared = m.sharedAddresses()
	return m.report, nil
}

// Rejects are the rows of a list that an import rejects, for
// contactlist.WriteRejects. A row is rejected for what it says, never for what
// is on the list already.
func Rejects(list *contactlist.Reader) iter.Seq[contactlist.Row] {
	return func(yield func(contactlist.Row) bool) {
		for row, err := range list.Rows() {
			if err != nil || row.Rejected() && !yield(row) {
				return
			}
		}
	}
}

// batches cuts rows into batches in which no two rows are one person: a row that
// shares a key with another of its batch waits for the next, and finds the first
// one on the list.
func (m *merger) batches(rows iter.Seq2[contactlist.Row, error]) iter.Seq2[view.ImportBatch, error] {
	return func(yield func(view.ImportBatch, error) bool) {
		b := newBatch()
		for row, err := range rows {
			if err != nil {
				yield(view.ImportBatch{}, err)
				return
			}
			where := whereOf(row)
			m.note(where, row.Errors, row.Warnings)
			if row.Rejected() {
				b.rejected++
				continue
			}
			b.add(where, view.Person{Contact: row.Contact, SearchKey: contactlist.SearchKey(string(row.Contact.Name)), OptedOut: row.OptedOut, Left: row.Left})
			if len(b.people) == importBatch {
				if b = m.flush(b, yield); b == nil {
					return
				}
			}
		}
		for len(b.people) > 0 || b.rejected > 0 {
			if b = m.flush(b, yield); b == nil {
				return
			}
		}
	}
}

// flush hands a batch over and returns the next one; nil to stop.
func (m *merger) flush(b *batch, yield func(view.ImportBatch, error) bool) *batch {
	m.where = b.where
	if !yield(view.ImportBatch{People: b.people, Rejected: b.rejected}, nil) {
		return nil
	}
	next := newBatch()
	for i, p := range b.later {
		next.add(b.laterWhere[i], p)
	}
	return next
}

func whereOf(row contactlist.Row) string {
	where := itoa(row.Line)
	if row.Sheet != "" {
		where = row.Sheet + "!" + where
	}
	return where
}

// batch gathers people, none of whom may be another of them.
type batch struct {
	people     []view.Person
	where      []string
	later      []view.Person
	laterWhere []string
	keys       map[string]bool
	rejected   int
}

func newBatch() *batch { return &batch{keys: map[string]bool{}} }

func (b *batch) add(where string, p view.Person) {
	keys := contactlist.Keys(p.Contact)
	for _, k := range keys {
		if b.keys[k] {
			b.later, b.laterWhere = append(b.later, p), append(b.laterWhere, where)
			return
		}
	}
	for _, k := range keys {
		b.keys[k] = true
	}
	b.people, b.where = append(b.people, p), append(b.where, where)
}
