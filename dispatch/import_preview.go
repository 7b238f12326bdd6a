package dispatch

import (
	"context"
	"iter"
	"slices"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// trace is what became of a row whose people share something with each other or
// with the list; a row without one is new.
type trace struct {
	outcome          view.MergeOutcome
	errors, warnings []*survey.Error
	changes          []FieldChange
	added            []survey.Endpoint
}

// traces are what became of rows, by place; nil keeps none.
type traces map[string]*trace

// trace keeps something of a row. Only who merges calls it, and who reads after.
func (m *merger) trace(place string, do func(*trace)) {
	if m.traced == nil {
		return
	}
	t := m.traced[place]
	if t == nil {
		t = &trace{outcome: view.MergeCreated}
		m.traced[place] = t
	}
	do(t)
}

// PreviewRow is a row of a list and what an import would do with it.
type PreviewRow struct {
	Sheet   string            `json:"sheet,omitempty"`
	Line    int               `json:"line"`
	Outcome view.MergeOutcome `json:"outcome"`
	Cells   []string          `json:"cells"` // in the order of the list's header
	Faults  []CellFault       `json:"faults,omitempty"`
	Changes []CellChange      `json:"changes,omitempty"`
	Added   []string          `json:"added,omitempty"` // addresses that are new to the person
}

// Noted reports whether the row is taken and there is something to look at.
func (p PreviewRow) Noted() bool {
	return p.Outcome != view.MergeRejected && slices.ContainsFunc(p.Faults, func(f CellFault) bool { return !f.Quiet() })
}

// CellFault is one thing to say of a row, and the cell that it is about: its place
// in the list's header, -1 where it is about the row.
type CellFault struct {
	RowFault
	Cell int `json:"cell"`
}

// Quiet reports whether it tells of something that was mended without doubt: nobody
// needs to look.
func (f CellFault) Quiet() bool {
	switch f.Code {
	case survey.CodePhoneZero, survey.CodePhoneConverted, survey.CodeUnitRenamed, survey.CodePhoneNoSMS:
		return !f.Rejected
	}
	return false
}

// CellChange is what a row changes of a person, and the cell that says so; -1 where
// none does.
type CellChange struct {
	FieldChange
	Cell int `json:"cell"`
}

// PreviewImport does an import and keeps nothing of it, and hands every row to
// take with what would become of it, in order. take may stop; its error is
// returned.
func PreviewImport(ctx context.Context, store ImportStore, r ImportRequest, take func(iter.Seq2[PreviewRow, error]) error) (ImportReport, error) {
	r.DryRun = true
	m := newMerger(r)
	m.traced = traces{}
	if err := m.run(ctx, store); err != nil {
		return ImportReport{}, err
	}
	p := previewer{merger: m, header: r.List.Header(), cells: map[string]map[string]int{}}
	return m.report, take(func(yield func(PreviewRow, error) bool) {
		for row, err := range r.List.Rows() {
			if err != nil {
				yield(PreviewRow{}, err)
				return
			}
			if !yield(p.row(row), nil) {
				return
			}
		}
	})
}

// previewer tells of rows once all of them are merged.
type previewer struct {
	*merger
	header []string
	cells  map[string]map[string]int // by sheet and field: which cell of a row holds it
}

func (p previewer) row(row contactlist.Row) PreviewRow {
	p.unit(&row)
	out := PreviewRow{Sheet: row.Sheet, Line: row.Line, Outcome: view.MergeCreated, Cells: row.Cells}
	errors, warnings := row.Errors, row.Warnings
	if t := p.traced[placeOf(row)]; t != nil {
		out.Outcome = t.outcome
		errors, warnings = slices.Concat(errors, t.errors), slices.Concat(warnings, t.warnings)
		for _, c := range t.changes {
			out.Changes = append(out.Changes, CellChange{c, p.cell(row.Sheet, c.Field)})
		}
		for _, e := range t.added {
			if e.Kind == survey.EmailAddress {
				out.Added = append(out.Added, e.Address)
			} else {
				out.Added = append(out.Added, dialled(e.Address))
			}
		}
	}
	if row.Rejected() {
		out.Outcome = view.MergeRejected
	}
	for i, e := range slices.Concat(errors, warnings) {
		fault := RowFault{Code: e.Code, Where: e.Where, Rejected: i < len(errors), Args: e.Args}
		out.Faults = append(out.Faults, CellFault{RowFault: fault, Cell: p.cellOf(e, row)})
	}
	return out
}

// cell is which cell of the rows of a sheet holds a field, or an attribute by its
// key; -1 if none does.
func (p previewer) cell(sheet, field string) int {
	of := p.cells[sheet]
	if of == nil {
		of = map[string]int{}
		mapping, _ := p.request.List.Mapping(sheet)
		places := p.request.List.Places(sheet)
		for _, c := range slices.Backward(mapping.Columns) {
			at := slices.Index(places, c.Index)
			switch c.Field {
			case contactlist.FieldAttribute, contactlist.FieldNote:
				of[c.Key] = at
			case contactlist.FieldFamily, contactlist.FieldGiven:
				of[string(contactlist.FieldName)] = at
			default:
				of[string(c.Field)] = at
			}
		}
		p.cells[sheet] = of
	}
	at, ok := of[field]
	if !ok {
		return -1
	}
	return at
}

// cellOf is the cell that a fault is about. Of several columns with one label it
// is the one whose cell has what the fault shows.
func (p previewer) cellOf(e *survey.Error, row contactlist.Row) int {
	_, label, _ := strings.Cut(e.Where, ":")
	if label == "" {
		switch e.Code {
		case survey.CodeUnitUnknown, survey.CodeUnitAmbiguous, survey.CodeUnitRenamed:
			return p.cell(row.Sheet, string(contactlist.FieldUnit))
		case survey.CodeCodeConflict:
			return p.cell(row.Sheet, string(contactlist.FieldCode))
		case survey.CodeNameMissing:
			return p.cell(row.Sheet, string(contactlist.FieldName))
		}
		return -1
	}
	first := -1
	for i, l := range p.header[:min(len(p.header), len(row.Cells))] {
		if l != label {
			continue
		}
		value := strings.TrimSuffix(e.Args["value"], "…")
		if value != "" && strings.Contains(strings.Join(strings.Fields(row.Cells[i]), " "), value) {
			return i
		}
		if first < 0 {
			first = i
		}
	}
	return first
}
