package dispatch

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/territory"
)

// ImportStore is what an import needs of the database.
type ImportStore interface {
	ImportContacts(ctx context.Context, run view.ImportRun, work view.ImportWork) (view.Imported, error)
}

// ImportRequest asks for a list to be merged into the contact list.
type ImportRequest struct {
	Source string // name of the file or system
	SHA256 []byte // of the file
	List   *contactlist.Reader
	// Options say how the file was read, for the record and so that an import
	// that was cut off goes on only as it began.
	Options ImportOptions
	// Basis, ConsentSource and ConsentText say on what ground new people may be
	// contacted (appointment, consent, legal_duty), who says so, and which words
	// they were shown.
	Basis         string
	ConsentSource string
	ConsentText   string
	Units         *territory.Matcher // nil: units stay as they are written
	Columns       survey.Attributes  // what the office has said of its own columns
	Actor         string
	DryRun        bool      // do everything, keep nothing
	Now           time.Time // business time
	Rand          io.Reader // crypto/rand: the permanent random numbers
	Progress      func(view.ImportProgress)
}

// ImportOptions say how a list was read.
type ImportOptions struct {
	Columns map[string]contactlist.Field `json:"columns,omitempty"` // as somebody said
	// Sensitive are columns that were taken all the same, and Reason why.
	Sensitive []string `json:"sensitive,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Program   string   `json:"program,omitempty"` // version of canvass
	// Upload and Revision are the upload that the list came by, and which choices
	// were made of it, its mended cells among them; Skip are sheets left out.
	Upload   int64    `json:"upload,omitempty"`
	Revision int      `json:"revision,omitempty"`
	Skip     []string `json:"skip,omitempty"`
}

// Import merges a list into the contact list: whole or not at all. Every row
// ends created, updated, unchanged or rejected; an empty cell never takes
// anything away, and the same list again changes nothing. Who is who is told by
// contactlist.Keys. New people need a ground for contacting them: without a basis
// nothing is imported. An import that was cut off is taken over when the same
// file comes again.
func Import(ctx context.Context, store ImportStore, r ImportRequest) (ImportReport, error) {
	m := newMerger(r)
	err := m.run(ctx, store)
	return m.report, err
}

func (m *merger) run(ctx context.Context, store ImportStore) error {
	r := m.request
	if r.Basis == "" {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: "basis"}
	}
	if len(r.Options.Sensitive) > 0 && r.Options.Reason == "" {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeSensitiveReason,
			Args: map[string]string{"name": r.Options.Sensitive[0]}}
	}
	options, err := json.Marshal(r.Options)
	if err != nil {
		return fmt.Errorf("dispatch: options of an import: %w", err)
	}
	done, err := store.ImportContacts(ctx, view.ImportRun{Source: r.Source, SHA256: r.SHA256, Options: string(options),
		Basis: r.Basis, ConsentSource: r.ConsentSource, ConsentText: r.ConsentText, Actor: r.Actor, Now: r.Now, DryRun: r.DryRun},
		view.ImportWork{Lines: m.lines(r.List.Rows()), Merge: m.merge, Rejected: func() int { return m.rejected },
			Report: m.codes, Progress: r.Progress})
	if err != nil {
		return err
	}
	m.told(done)
	return nil
}

// lines reads rows and keeps those that may be merged.
func (m *merger) lines(rows iter.Seq2[contactlist.Row, error]) iter.Seq2[view.ImportLine, error] {
	return func(yield func(view.ImportLine, error) bool) {
		random := bufio.NewReader(m.request.Rand)
		for row, err := range rows {
			if err != nil {
				yield(view.ImportLine{}, err)
				return
			}
			m.unit(&row)
			row.Contact.Attributes = m.request.Columns.Read(row.Contact.Attributes)
			place := placeOf(row)
			m.note(place, row.Errors, row.Warnings)
			if row.Rejected() {
				m.rejected++
				continue
			}
			line := view.ImportLine{Place: place, Person: view.Person{Contact: row.Contact,
				SearchKey: contactlist.SearchKey(string(row.Contact.Name)), Consents: m.marks(row), OptedOut: row.OptedOut, Left: row.Left}}
			if line.Contact.Random, err = permanent(random); err != nil {
				yield(line, err)
				return
			}
			line.Held = row.Contact.Code == "" && len(row.Contact.Endpoints) == 0 || row.OptedOut
			if !yield(line, nil) {
				return
			}
		}
	}
}

// permanent draws a permanent random number.
func permanent(random io.Reader) (survey.RandomNumber, error) {
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return 0, fmt.Errorf("dispatch: random number: %w", err)
	}
	return survey.RandomNumber(binary.BigEndian.Uint64(b[:])), nil
}

// unit finds out which unit a row means. One that nobody knows is kept as it is
// written.
func (m *merger) unit(row *contactlist.Row) {
	text := row.Contact.Unit
	if m.request.Units == nil || text == "" {
		return
	}
	found := m.request.Units.Match(text)
	row.Contact.UnitCode = found.Code
	e := &survey.Error{Kind: survey.Invalid, Where: placeOf(*row), Args: map[string]string{"value": text}}
	switch found.Outcome {
	case territory.Unknown:
		e.Code = survey.CodeUnitUnknown
	case territory.Ambiguous:
		e.Code, e.Args["candidates"] = survey.CodeUnitAmbiguous, strings.Join(found.Candidates, " · ")
	case territory.Renamed:
		e.Code, e.Args = survey.CodeUnitRenamed, map[string]string{"from": found.From, "to": found.Name}
	default:
		return
	}
	row.Warnings = append(row.Warnings, e)
}

// marks are what a row says of consent. Where consent itself is the ground and
// the list has a column for it, silence is no consent.
func (m *merger) marks(row contactlist.Row) []survey.ConsentMark {
	if m.request.Basis != basisConsent || len(m.asked) == 0 {
		return row.Consents
	}
	marks := row.Consents
	for _, channel := range m.asked {
		said := false
		for _, mark := range row.Consents {
			said = said || mark.Channel == channel
		}
		if !said {
			marks = append(marks, survey.ConsentMark{Channel: channel})
		}
	}
	return marks
}

const basisConsent = "consent"

func placeOf(row contactlist.Row) string {
	place := itoa(row.Line)
	if row.Sheet != "" {
		place = row.Sheet + "!" + place
	}
	return place
}

// Rejects are the rows of a list that an import rejected, for the file of
// rejects: those that say something wrong, and those that contradict the list.
func (r *ImportReport) Rejects(list *contactlist.Reader) iter.Seq2[contactlist.Row, error] {
	return func(yield func(contactlist.Row, error) bool) {
		if r.Rejected == 0 {
			return
		}
		for row, err := range list.Rows() {
			if err == nil {
				if e := r.refused[placeOf(row)]; e != nil {
					row.Errors = append(row.Errors, e)
				}
				if !row.Rejected() {
					continue
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
