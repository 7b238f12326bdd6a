package xlsform

import (
	"maps"
	"slices"

	"github.com/xuri/excelize/v2"
)

// inLanguages puts a column for every language in the place of one that is
// translated.
func (w *writer) inLanguages(keys ...string) []string {
	var out []string
	for _, key := range keys {
		if !isTranslated(key) {
			out = append(out, key)
			continue
		}
		for _, l := range w.q.langs {
			out = append(out, key+"::"+languageName(l))
		}
	}
	return out
}

func (w *writer) surveyColumns() []string {
	return w.inLanguages("type", "name", "label", "hint", "required", "required_message", "relevant", "constraint", "constraint_message",
		"calculation", "default", "appearance", "choice_filter", "parameters", "kind", "key", "core", "page", "random", "missing", "consent", "decimals",
		"accept", "at_most", "max_size", "record", "low", "high", "sms", "voice", "audio")
}

// choiceColumns has the columns for filters behind ours.
func (w *writer) choiceColumns() []string {
	columns := w.inLanguages("list_name", "name", "label", "short", "voice", "other", "exclusive")
	filters := map[string]bool{}
	for _, r := range w.chosen {
		for key := range r {
			if !slices.Contains(columns, key) {
				filters[key] = true
			}
		}
	}
	return append(columns, slices.Sorted(maps.Keys(filters))...)
}

// always reports whether a column is written even when it is empty: page,
// because a form without the column is given pages when it is read.
func always(key string) bool {
	return slices.Contains([]string{"type", "name", "list_name", "page"}, key)
}

// table is the rows below the columns that any of them uses.
func table(rows []record, columns []string) [][]any {
	columns = slices.DeleteFunc(columns, func(key string) bool {
		return !always(key) && !slices.ContainsFunc(rows, func(r record) bool { return r[key] != "" })
	})
	out := [][]any{make([]any, len(columns))}
	for i, key := range columns {
		out[0][i] = key
	}
	for _, r := range rows {
		line := make([]any, len(columns))
		for i, key := range columns {
			if r[key] != "" {
				line[i] = r[key]
			}
		}
		out = append(out, line)
	}
	return out
}

// putSheet writes one sheet, its header in bold and kept in sight.
func putSheet(f *excelize.File, name string, rows [][]any) error {
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, max(len(rows[0]), 1), 22); err != nil {
		return err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range rows {
		var options []excelize.RowOpts
		if i == 0 {
			options = append(options, excelize.RowOpts{StyleID: bold})
		}
		if err := s.SetRow("A"+itoa(i+1), row, options...); err != nil {
			return err
		}
	}
	return s.Flush()
}
