package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// sayColumns shows what the columns of a list were taken for; sheets that are
// alike are shown once.
func (a *app) sayColumns(list *contactlist.Reader) error {
	sheets := list.Sheets()
	for i := 0; i < len(sheets); {
		m, _ := list.Mapping(sheets[i])
		alike := []string{sheets[i]}
		for i++; i < len(sheets); i++ {
			if other, _ := list.Mapping(sheets[i]); !slices.Equal(other.Columns, m.Columns) {
				break
			}
			alike = append(alike, sheets[i])
		}
		if alike[0] != "" {
			a.sayWrapped(2, a.t("Trang tính %s:", "Sheet %s:"), strings.Join(alike, ", "))
		}
		t := a.table(a.t("CỘT", "COLUMN"), a.t("HIỂU LÀ", "TAKEN FOR"))
		for _, c := range m.Columns {
			t.row(firstOf(c.Label, fmt.Sprintf(a.t("(cột thứ %d, không có tên)", "(column %d, without a name)"), c.Index+1)), a.fieldWords(c))
		}
		if err := t.end(); err != nil {
			return err
		}
	}
	if e := list.Encoding(); e != "" && e != "UTF-8" {
		a.say(a.t("Bảng mã của tệp: %s, đã đổi sang Unicode.", "The file is in %s and was converted to Unicode."), e)
	}
	a.saySensitive(list)
	return nil
}

// saySensitive names the sensitive columns that were taken as asked.
func (a *app) saySensitive(list *contactlist.Reader) {
	var said []string
	for _, sheet := range list.Sheets() {
		m, _ := list.Mapping(sheet)
		for _, c := range m.Columns {
			if c.Sensitive && !slices.Contains(said, c.Label) {
				said = append(said, c.Label)
				a.sayWrapped(2, "%s", a.codeWords(&survey.Error{Code: survey.CodeSensitiveTaken, Args: map[string]string{"name": c.Label}}))
			}
		}
	}
}

// sayOmissions names what of the file was not read.
func (a *app) sayOmissions(all []contactlist.Omission) {
	var said []string
	for _, o := range all {
		words := a.omission(o)
		if !slices.Contains(said, words) {
			said = append(said, words)
			a.sayWrapped(2, "%s", words)
		}
	}
}

func (a *app) omission(o contactlist.Omission) string {
	switch o.Why {
	case contactlist.SensitiveColumn:
		return a.codeWords(&survey.Error{Code: survey.CodeSensitiveColumn, Args: map[string]string{"name": o.Column}})
	case contactlist.UnnamedColumn:
		return fmt.Sprintf(a.t("Không đọc cột %s: %s. Muốn nhập thì nói rõ bằng --map.", "Column %s was not read: %s. To take it, say so by --map."),
			strings.TrimSpace(o.Column+" "+o.Sheet), a.label("why", string(o.Why)))
	}
	return fmt.Sprintf(a.t("Không đọc trang tính %s: %s.", "Sheet %s was not read: %s."), o.Sheet, a.label("why", string(o.Why)))
}

// fieldWords says what a column is taken for; what was only guessed by a part
// of its label has a question mark.
func (a *app) fieldWords(c contactlist.Column) string {
	words := a.label("field", string(c.Field))
	if c.Field == contactlist.FieldAttribute {
		words = c.Key
		if c.Sensitive {
			words += a.t(" (nhạy cảm)", " (sensitive)")
		}
	} else if !c.Said && c.Score == 1 {
		words += "?"
	}
	return words
}

// rowsShown is how many rows with something to say a person is shown.
const rowsShown = 20

func (a *app) sayImported(r dispatch.ImportReport) {
	if r.DryRun {
		a.say(a.t("Làm thử, không lưu gì.", "A dry run: nothing was kept."))
	}
	if r.Resumed {
		a.say(a.t("Làm tiếp lần nhập đã bị ngắt.", "Went on with the import that was cut off."))
	}
	a.say(a.t("%d dòng: %d mới, %d cập nhật, %d giữ nguyên, %d bị loại.", "%d rows: %d created, %d updated, %d unchanged, %d rejected."),
		r.Created+r.Updated+r.Unchanged+r.Rejected, r.Created, r.Updated, r.Unchanged, r.Rejected)
	a.sayCodes(a.t("Bị loại vì:", "Rejected because:"), r.Reasons)
	a.sayCodes(a.t("Lưu ý:", "Warnings:"), r.Warnings)
	a.sayRows(r)
	if r.DryRun {
		a.sayNewValues(r)
	}
	for i, s := range r.Shared {
		if i == rowsShown {
			a.say(a.t("  … và %d số, hộp thư dùng chung nữa", "  … and %d more shared numbers and mailboxes"), len(r.Shared)-i)
			break
		}
		a.sayWrapped(2, a.t("Dùng chung (%s): %d người%s%s", "Shared (%s): %d people%s%s"), a.label("endpoint", string(s.Kind)), s.People,
			list(a.t("; mã ", "; codes "), s.Codes), list(a.t("; dòng ", "; rows "), s.Rows))
	}
	a.sayOmissions(r.Omissions)
}

// sayRows shows rows with something to say: those that were rejected first.
func (a *app) sayRows(r dispatch.ImportReport) {
	rows := slices.Clone(r.Rows)
	slices.SortStableFunc(rows, func(x, y dispatch.ImportedRow) int { return min(len(y.Errors), 1) - min(len(x.Errors), 1) })
	for i, row := range rows {
		if i == rowsShown {
			a.say(a.t("  … và %d dòng nữa (xem --json)", "  … and %d more rows (see --json)"), len(rows)-i+r.Unlisted)
			break
		}
		for _, fault := range slices.Concat(row.Errors, row.Warnings) {
			told := *fault
			told.Where = firstOf(fault.Where, row.Where)
			a.sayWrapped(4, "  %s", a.faultWords(&told))
		}
	}
}

// faultWords are the words of what is wrong with a row, behind its place.
func (a *app) faultWords(e *survey.Error) string {
	told := *e
	told.Where = ""
	if channel := e.Args["channel"]; channel != "" {
		told.Args = maps.Clone(e.Args)
		told.Args["channel"] = a.label("channel", channel)
	}
	row, column, _ := strings.Cut(e.Where, ":")
	if row == "" {
		return a.codeWords(&told)
	}
	return a.t("dòng ", "row ") + row + prefixed(a.t(", cột ", ", column "), column) + ": " + a.codeWords(&told)
}

// sayNewValues shows what a list would change of people who are there.
func (a *app) sayNewValues(r dispatch.ImportReport) {
	for i, c := range r.Changes {
		if i == rowsShown {
			a.say(a.t("  … và %d người nữa (xem --json)", "  … and %d more people (see --json)"), len(r.Changes)-i)
			break
		}
		var parts []string
		for _, f := range c.Fields {
			parts = append(parts, fmt.Sprintf("%s: %s → %s", a.label("field", f.Field), firstOf(f.From, "–"), f.To))
		}
		if c.Addresses > 0 {
			parts = append(parts, fmt.Sprintf(a.t("thêm %d số hoặc e-mail", "%d new numbers or addresses"), c.Addresses))
		}
		a.sayWrapped(4, a.t("  sẽ đổi (dòng %s, ID %d): %s", "  would change (row %s, ID %d): %s"), c.Where, c.Contact, strings.Join(parts, "; "))
	}
}

func list(before string, items []string) string {
	const most = 12
	switch {
	case len(items) == 0:
		return ""
	case len(items) > most:
		return before + strings.Join(items[:most], ", ") + " …"
	}
	return before + strings.Join(items, ", ")
}

// sayCodes prints how many rows there are of each code, in its first words.
func (a *app) sayCodes(title string, counts map[survey.Code]int) {
	if len(counts) == 0 {
		return
	}
	a.say("%s", title)
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		words, ok := templates.Words(string(code), string(a.lang), nil)
		if !ok {
			words = string(code)
		}
		first, _, _ := strings.Cut(words, ". ")
		a.sayWrapped(8, "  %5d %s [%s]", counts[code], strings.TrimSuffix(first, "."), code)
	}
}
