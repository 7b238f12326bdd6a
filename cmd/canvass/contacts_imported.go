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

// sayColumns shows what the columns of a list were taken for.
func (a *app) sayColumns(list *contactlist.Reader) {
	for _, sheet := range list.Sheets() {
		m, _ := list.Mapping(sheet)
		var parts []string
		for _, c := range m.Columns {
			if c.Field != contactlist.FieldAttribute || c.Label != "" {
				parts = append(parts, firstOf(c.Label, "–")+" → "+a.fieldWords(c))
			}
		}
		title := a.t("Cột", "Columns")
		if sheet != "" {
			title += " (" + sheet + ")"
		}
		a.say("%s: %s", title, strings.Join(parts, " · "))
	}
	if e := list.Encoding(); e != "" && e != "UTF-8" {
		a.say(a.t("Bảng mã của tệp: %s, đã đổi sang Unicode.", "The file is in %s and was converted to Unicode."), e)
	}
}

// fieldWords says what a column is taken for; what was only guessed by a part
// of its label has a question mark.
func (a *app) fieldWords(c contactlist.Column) string {
	words := a.label("field", string(c.Field))
	if c.Field == contactlist.FieldAttribute {
		words = c.Key
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
		a.say(a.t("Dùng chung (%s): %d người%s%s", "Shared (%s): %d people%s%s"), a.label("endpoint", string(s.Kind)), s.People,
			list(a.t("; mã ", "; codes "), s.Codes), list(a.t("; dòng ", "; rows "), s.Rows))
	}
	for _, o := range r.Omissions {
		a.say(a.t("Không đọc: %s (%s)", "Not read: %s (%s)"), strings.TrimSpace(o.Sheet+" "+o.Column), a.label("why", string(o.Why)))
	}
}

func (a *app) sayRows(r dispatch.ImportReport) {
	for i, row := range r.Rows {
		if i == rowsShown {
			a.say(a.t("  … và %d dòng nữa (xem --json)", "  … and %d more rows (see --json)"), len(r.Rows)-i+r.Unlisted)
			break
		}
		for _, fault := range slices.Concat(row.Errors, row.Warnings) {
			told := *fault
			told.Where = ""
			a.say(a.t("  dòng %s: %s", "  row %s: %s"), firstOf(fault.Where, row.Where), a.codeWords(&told))
		}
	}
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
		a.say(a.t("  sẽ đổi (dòng %s, ID %d): %s", "  would change (row %s, ID %d): %s"), c.Where, c.Contact, strings.Join(parts, "; "))
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
		a.say("  %5d  %s [%s]", counts[code], strings.TrimSuffix(first, "."), code)
	}
}
