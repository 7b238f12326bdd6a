package dispatch

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// UploadReport is what a dry run, or an import, of an uploaded list came to. Once it
// is imported, it has counts by code and nothing personal.
type UploadReport struct {
	view.ImportCounts
	Noted     int                    `json:"noted,omitempty"` // rows that are taken, with something to look at
	Changed   map[string]int         `json:"changed,omitempty"`
	Added     int                    `json:"added,omitempty"` // addresses that are new to people who were there
	Reasons   map[survey.Code]int    `json:"reasons,omitempty"`
	Warnings  map[survey.Code]int    `json:"warnings,omitempty"`
	Header    []string               `json:"header,omitempty"`
	Places    map[string][]int       `json:"places,omitempty"` // by sheet: which column stands under each label
	Columns   []UploadColumn         `json:"columns,omitempty"`
	Sheets    []UploadSheet          `json:"sheets,omitempty"`
	Omissions []contactlist.Omission `json:"omissions,omitempty"`
	Shared    []SharedAddress        `json:"shared,omitempty"`
	Encoding  string                 `json:"encoding,omitempty"`
	Resumed   bool                   `json:"resumed,omitempty"`
	// Wrong is why it could not be read, or imported; Heads are then the first lines
	// of its sheets, and Guess what their columns seem to be.
	Wrong *RowFault                    `json:"wrong,omitempty"`
	Heads []contactlist.SheetHead      `json:"heads,omitempty"`
	Guess map[string]contactlist.Field `json:"guess,omitempty"`
}

// Rows is how many rows of people the list has.
func (r UploadReport) Rows() int { return r.Created + r.Updated + r.Unchanged + r.Rejected }

// UploadColumn is a column of a list, and what it is taken for.
type UploadColumn struct {
	Key       string            `json:"key"` // as a mapping names it: its label, or its place
	Label     string            `json:"label,omitempty"`
	Field     contactlist.Field `json:"field"`
	Attribute string            `json:"attribute,omitempty"`
	Said      bool              `json:"said,omitempty"`  // by a person
	Doubt     bool              `json:"doubt,omitempty"` // only a part of its label says so
	Sensitive bool              `json:"sensitive,omitempty"`
	Samples   []string          `json:"samples,omitempty"` // what its first rows have
}

// UploadSheet is a sheet of a workbook.
type UploadSheet struct {
	Name string          `json:"name"`
	Rows int             `json:"rows"`          // people
	Why  contactlist.Why `json:"why,omitempty"` // it is not read
	Skip bool            `json:"skip,omitempty"`
}

// ReadUploadReport reads the report of an upload.
func ReadUploadReport(u view.Upload) (UploadReport, error) {
	var r UploadReport
	if err := json.Unmarshal([]byte(u.Report), &r); err != nil {
		return r, fmt.Errorf("dispatch: report of an upload: %w", err)
	}
	return r, nil
}

// ReadPreviewRow reads a row of a dry run.
func ReadPreviewRow(r view.UploadRow) (PreviewRow, error) {
	var p PreviewRow
	if err := json.Unmarshal([]byte(r.Content), &p); err != nil {
		return p, fmt.Errorf("dispatch: row of an upload: %w", err)
	}
	return p, nil
}

// uploadTeller tells of a list while its rows go by.
type uploadTeller struct {
	list   *contactlist.Reader
	choice UploadChoices
	r      UploadReport
	sheets map[string]int
	seen   map[int][]string // the first values under each label
}

func newUploadTeller(list *contactlist.Reader, c UploadChoices) *uploadTeller {
	return &uploadTeller{list: list, choice: c, sheets: map[string]int{}, seen: map[int][]string{},
		r: UploadReport{Changed: map[string]int{}, Reasons: map[survey.Code]int{}, Warnings: map[survey.Code]int{}}}
}

const samples = 3 // values of a column that are shown

// rows are the rows for the database.
func (t *uploadTeller) rows(rows iter.Seq2[PreviewRow, error]) iter.Seq2[view.UploadRow, error] {
	return func(yield func(view.UploadRow, error) bool) {
		n := 0
		for p, err := range rows {
			if err != nil {
				yield(view.UploadRow{}, err)
				return
			}
			n++
			t.count(p)
			content, err := json.Marshal(p)
			if !yield(view.UploadRow{N: n, Outcome: p.Outcome, Noted: p.Noted(), Content: string(content)}, err) {
				return
			}
		}
	}
}

func (t *uploadTeller) count(p PreviewRow) {
	t.r.Add(p.Outcome)
	t.sheets[p.Sheet]++
	if p.Noted() {
		t.r.Noted++
	}
	t.r.Added += len(p.Added)
	for _, c := range p.Changes {
		t.r.Changed[c.Field]++
	}
	said := map[survey.Code]bool{}
	for _, f := range p.Faults {
		if said[f.Code] {
			continue
		}
		said[f.Code] = true
		if f.Rejected {
			t.r.Reasons[f.Code]++
		} else {
			t.r.Warnings[f.Code]++
		}
	}
	for i, cell := range p.Cells {
		if have := t.seen[i]; cell != "" && len(have) < samples && !slices.Contains(have, cell) {
			t.seen[i] = append(have, cell)
		}
	}
}

// report is what is kept when all rows went by.
func (t *uploadTeller) report() (string, error) {
	t.r.Header, t.r.Encoding, t.r.Omissions = t.list.Header(), t.list.Encoding(), t.list.Omissions()
	t.r.Places = map[string][]int{}
	for _, sheet := range t.list.Sheets() {
		t.r.Places[sheet] = t.list.Places(sheet)
		if sheet != "" {
			t.r.Sheets = append(t.r.Sheets, UploadSheet{Name: sheet, Rows: t.sheets[sheet]})
		}
		t.columns(sheet)
	}
	for _, sheet := range t.list.Skipped() {
		t.r.Sheets = append(t.r.Sheets, UploadSheet{Name: sheet, Skip: true})
	}
	for _, o := range t.r.Omissions {
		if o.Column == "" && o.Sheet != "" {
			t.r.Sheets = append(t.r.Sheets, UploadSheet{Name: o.Sheet, Why: o.Why})
		}
	}
	b, err := json.Marshal(t.r)
	return string(b), err
}

// columns adds the columns of a sheet, those of one name once.
func (t *uploadTeller) columns(sheet string) {
	m, _ := t.list.Mapping(sheet)
	places := t.list.Places(sheet)
	for _, c := range m.Columns {
		key := c.Label
		if key == "" || c.Said && t.choice.Columns[contactlist.PlaceName(c.Index)] == c.Field {
			key = contactlist.PlaceName(c.Index)
		}
		if slices.ContainsFunc(t.r.Columns, func(have UploadColumn) bool { return have.Key == key }) {
			continue
		}
		out := UploadColumn{Key: key, Label: c.Label, Field: c.Field, Attribute: c.Key, Said: c.Said, Sensitive: c.Sensitive,
			Doubt: !c.Said && c.Score == 1 && c.Field != contactlist.FieldAttribute}
		if at := slices.Index(places, c.Index); at >= 0 {
			out.Samples = t.seen[at]
		}
		t.r.Columns = append(t.r.Columns, out)
	}
}
