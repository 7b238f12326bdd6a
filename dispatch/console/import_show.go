package console

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// importRows is how many rows of a dry run stand on a page.
const importRows = 50

// importList shows a list that was uploaded, however far it is.
func (v *visit) importList() {
	page, err := v.importScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

// uploaded is the list of the address.
func (v *visit) uploaded() (view.Upload, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		return view.Upload{}, notFound()
	}
	u, err := v.Store.Upload(v.ctx, id)
	if err == nil && u.At.Before(v.Clock.Real().Add(-view.UploadKept)) {
		return view.Upload{}, notFound()
	}
	return u, err
}

func (v *visit) importScreen() (templates.Import, error) {
	u, err := v.uploaded()
	if err != nil {
		return templates.Import{}, err
	}
	c, err := dispatch.ReadUploadChoices(u)
	if err != nil {
		return templates.Import{}, err
	}
	r, err := dispatch.ReadUploadReport(u)
	if err != nil {
		return templates.Import{}, err
	}
	page := templates.Import{Shell: v.shell("contacts"), Href: uploadPath(u.ID), Name: u.Name, State: stateOf(u, v.Clock.Real()), Done: u.Done, Rows: r.Rows(),
		Created: r.Created, Updated: r.Updated, Unchanged: r.Unchanged, Rejected: r.Rejected, Noted: r.Noted, Import: int64(u.Import), Resumed: r.Resumed,
		Origin: c.Origin, Basis: c.Basis, ConsentSource: c.ConsentSource, ConsentText: c.ConsentText, Remember: c.Remember, Reason: c.Reason,
		Bases: dispatch.Bases(), Encoding: r.Encoding, Mended: len(c.Mended), WasRunning: u.State == view.UploadRunning}
	page.Total = r.Created + r.Updated + r.Unchanged
	v.importDetails(&page, r, c)
	if u.State != view.UploadReady {
		return page, nil
	}
	return page, v.importTable(&page, u, r)
}

// importDetails are what stands around the table of rows.
func (v *visit) importDetails(page *templates.Import, r dispatch.UploadReport, c dispatch.UploadChoices) {
	lang := string(v.lang())
	if r.Wrong != nil {
		page.Wrong = v.importWords(&survey.Error{Kind: survey.Invalid, Code: r.Wrong.Code, Args: r.Wrong.Args})
	}
	for _, f := range contactlist.Fields() {
		page.Fields = append(page.Fields, string(f))
	}
	for _, x := range r.Columns {
		if x.Field == contactlist.FieldSensitive {
			continue // see Sensitive
		}
		page.Columns = append(page.Columns, templates.ImportColumn{Key: x.Key, Label: cmp.Or(x.Label, x.Key), Field: string(x.Field), Attribute: x.Attribute,
			Samples: x.Samples, Doubt: x.Doubt, Said: x.Said, Sensitive: x.Sensitive,
			Other: !slices.Contains(contactlist.Fields(), x.Field)})
	}
	for _, s := range r.Sheets {
		page.Sheets = append(page.Sheets, templates.ImportSheet{Name: s.Name, Rows: s.Rows, Skip: s.Skip, Why: string(s.Why)})
	}
	page.Sensitive = sensitiveOf(r, c)
	for _, o := range r.Omissions {
		if o.Why == contactlist.UnnamedColumn {
			page.Unnamed = append(page.Unnamed, strings.TrimSpace(o.Column+" "+o.Sheet))
		}
	}
	for _, s := range r.Shared {
		page.Shared += s.People
	}
	page.Reasons, page.Warnings = countsOf(r.Reasons, lang), countsOf(r.Warnings, lang)
	for _, field := range slices.Sorted(maps.Keys(r.Changed)) {
		page.Changed = append(page.Changed, templates.ImportCount{Words: v.fieldWords(field), N: r.Changed[field]})
	}
	page.Added = r.Added
	v.importHeads(page, r)
}

// sensitiveOf are the sensitive columns of a list, and whether they are taken.
func sensitiveOf(r dispatch.UploadReport, c dispatch.UploadChoices) []templates.ImportSensitive {
	var out []templates.ImportSensitive
	add := func(label string, taken bool) {
		if label != "" && !slices.ContainsFunc(out, func(s templates.ImportSensitive) bool { return s.Label == label }) {
			out = append(out, templates.ImportSensitive{Label: label, Taken: taken})
		}
	}
	for _, label := range c.Take {
		add(label, true)
	}
	for _, o := range r.Omissions {
		if o.Why == contactlist.SensitiveColumn {
			add(o.Column, false)
		}
	}
	return out
}

// importHeads shows the beginning of a list without column names, for somebody who
// says what its columns are.
func (v *visit) importHeads(page *templates.Import, r dispatch.UploadReport) {
	const mostShown = 26
	for _, h := range r.Heads {
		head := templates.ImportHead{Name: h.Name}
		width := min(h.Width, mostShown)
		for i := range width {
			letter := contactlist.PlaceName(i)
			head.Columns = append(head.Columns, templates.ImportColumn{Key: letter, Label: letter, Field: string(r.Guess[letter])})
		}
		for _, l := range h.Lines {
			head.Lines = append(head.Lines, templates.ImportLine{N: l.Number, Cells: l.Cells[:min(len(l.Cells), width)]})
		}
		page.Heads = append(page.Heads, head)
	}
}

// countsOf are counts by code in their first words, the largest first.
func countsOf(by map[survey.Code]int, lang string) []templates.ImportCount {
	var out []templates.ImportCount
	for code, n := range by {
		words, _ := templates.Words(string(code), lang, nil)
		first, _, _ := strings.Cut(words, ". ")
		out = append(out, templates.ImportCount{Words: strings.TrimSuffix(first, "."), N: n})
	}
	slices.SortFunc(out, func(a, b templates.ImportCount) int { return cmp.Or(b.N-a.N, strings.Compare(a.Words, b.Words)) })
	return out
}

// importTabs are the views of a dry run, and how many rows each has.
func importTabs(r dispatch.UploadReport) []templates.ImportTab {
	return []templates.ImportTab{{Key: "", N: -1}, {Key: "rejected", N: r.Rejected}, {Key: "noted", N: r.Noted}, {Key: "updated", N: r.Updated},
		{Key: "created", N: r.Created}, {Key: "unchanged", N: r.Unchanged}}
}

// importTable reads one page of rows.
func (v *visit) importTable(page *templates.Import, u view.Upload, r dispatch.UploadReport) error {
	page.Tabs = importTabs(r)
	tab := v.r.FormValue("tab")
	for i := range page.Tabs {
		if page.Tabs[i].Current = page.Tabs[i].Key == tab; page.Tabs[i].Current {
			page.Tab = tab
		}
	}
	if page.Tab != tab {
		page.Tabs[0].Current = true
	}
	after, _ := strconv.Atoi(v.r.FormValue("after"))
	page.After = max(after, 0)
	rows, err := v.Store.UploadRows(v.ctx, u.ID, view.UploadFilter{Kind: page.Tab, After: page.After, Limit: importRows + 1})
	if err != nil {
		return err
	}
	if len(rows) > importRows {
		rows = rows[:importRows]
		page.Next = rows[importRows-1].N
	}
	var list []dispatch.PreviewRow
	for _, row := range rows {
		p, err := dispatch.ReadPreviewRow(row)
		if err != nil {
			return err
		}
		list = append(list, p)
	}
	t := importTable{v: v, r: r, shown: shownColumns(r, list), many: len(r.Places) > 1}
	for _, at := range t.shown {
		page.Header = append(page.Header, r.Header[at])
	}
	for i, p := range list {
		page.Table = append(page.Table, t.row(rows[i].N, p))
	}
	return nil
}

// mostColumns is how many columns of a list are shown beside each other.
const mostColumns = 9

// shownColumns are the columns that say who somebody is, and those with something to
// look at; a list may have a thousand.
func shownColumns(r dispatch.UploadReport, list []dispatch.PreviewRow) []int {
	said := map[int]bool{}
	for _, p := range list {
		for _, f := range p.Faults {
			said[f.Cell] = true
		}
		for _, c := range p.Changes {
			said[c.Cell] = true
		}
	}
	var out []int
	for i, label := range r.Header {
		who := slices.ContainsFunc(r.Columns, func(c dispatch.UploadColumn) bool {
			switch c.Field {
			case contactlist.FieldName, contactlist.FieldFamily, contactlist.FieldGiven, contactlist.FieldPhone, contactlist.FieldEmail,
				contactlist.FieldUnit, contactlist.FieldCode:
				return c.Label == label
			}
			return false
		})
		if (who || said[i]) && len(out) < mostColumns {
			out = append(out, i)
		}
	}
	return out
}

// importTable makes the rows of the table of a dry run.
type importTable struct {
	v     *visit
	r     dispatch.UploadReport
	shown []int
	many  bool // sheets
}

func (t importTable) row(n int, p dispatch.PreviewRow) templates.ImportRow {
	out := templates.ImportRow{N: n, Place: strconv.Itoa(p.Line), Outcome: string(p.Outcome), Added: p.Added}
	if t.many {
		out.Place = p.Sheet + " · " + out.Place
	}
	if p.Noted() {
		out.Noted = true
	}
	places := t.r.Places[p.Sheet]
	for _, at := range t.shown {
		cell := templates.ImportCell{}
		if at < len(p.Cells) {
			cell.Text = p.Cells[at]
		}
		if at < len(places) && places[at] >= 0 {
			cell.Name = fmt.Sprintf("c.%d.%d", n, at)
		}
		for _, f := range p.Faults {
			if f.Cell != at {
				continue
			}
			cell.Why = append(cell.Why, t.words(f))
			cell.Bad, cell.Ask = cell.Bad || f.Rejected, cell.Ask || !f.Quiet()
		}
		for _, c := range p.Changes {
			if c.Cell == at {
				cell.Changed, cell.From, cell.To = true, c.From, c.To
			}
		}
		out.Cells = append(out.Cells, cell)
	}
	for _, f := range p.Faults {
		if !slices.Contains(t.shown, f.Cell) {
			out.Why = append(out.Why, t.words(f))
		}
	}
	for _, c := range p.Changes {
		if !slices.Contains(t.shown, c.Cell) {
			out.Else = append(out.Else, templates.ImportChange{Field: t.v.fieldWords(c.Field), From: c.From, To: c.To})
		}
	}
	return out
}

func (t importTable) words(f dispatch.CellFault) string {
	return t.v.rowWords(&survey.Error{Kind: survey.Invalid, Code: f.Code, Args: f.Args})
}

// rowWords are the words of what is wrong with a row. A channel is told by its word.
func (v *visit) rowWords(e *survey.Error) string {
	if channel := e.Args["channel"]; channel != "" {
		args := maps.Clone(e.Args)
		args["channel"], _ = templates.Words("channel."+channel, string(v.lang()), nil)
		e.Args = args
	}
	return v.words(e)
}
