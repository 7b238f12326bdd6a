package contactlist

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// style is what a cell's format makes of its number: a day, digits filled up
// with zeros to a width (1 to 30), or the number as it is kept.
type style int8

const (
	plain style = 0
	day   style = -1
)

// readStyles reads which formats show a day. All others are passed over, so
// that a number is given as it is kept (912345678), not as it is shown
// (9.12E+08, 912.345.678).
func (w *workbook) readStyles(s *scanner) error {
	custom := map[string]style{}
	return s.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmts":
			return s.children(func(e xml.StartElement) error {
				if shown := styleOf(attribute(e, "formatCode")); shown != plain {
					custom[attribute(e, "numFmtId")] = shown
				}
				return s.skip()
			})
		case "cellXfs":
			return s.children(func(e xml.StartElement) error {
				id := attribute(e, "numFmtId")
				shown, ok := custom[id]
				if !ok && isBuiltinDay(id) {
					shown = day
				}
				w.styles = append(w.styles, shown)
				return s.skip()
			})
		}
		return s.skip()
	})
}

// isBuiltinDay reports whether a format that is not in the file shows a day
// [ECMA-376, 18.8.30; 27 to 36 and 50 to 58 in East Asia].
func isBuiltinDay(id string) bool {
	n, err := strconv.Atoi(id)
	return err == nil && (n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58)
}

// styleOf reads a format code: it shows a day if it has d or y outside quotes,
// brackets and escapes; it fills up if it is zeros only.
func styleOf(code string) style {
	if strings.Trim(code, "0") == "" && len(code) > 1 && len(code) <= 30 {
		return style(len(code))
	}
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case !bracket && strings.IndexByte("dDyY", c) >= 0:
			return day
		}
	}
	return plain
}

// number gives the number raw of a cell with the style at that index.
func (w *workbook) number(index, raw string) string {
	shown := plain
	if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(w.styles) {
		shown = w.styles[i]
	}
	switch {
	case shown == day:
		if date, ok := w.date(raw); ok {
			return date
		}
	case shown > plain && len(raw) < int(shown) && digits(raw) == raw && raw != "":
		return strings.Repeat("0", int(shown)-len(raw)) + raw
	}
	return decimal(raw)
}

// date gives the day that a serial number stands for as 2006-01-02. Day 1 is 1
// January 1900, and 1900 is taken for a leap year; or day 0 is 1 January 1904.
func (w *workbook) date(raw string) (string, bool) {
	serial, err := strconv.ParseFloat(raw, 64)
	first := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case w.date1904:
		first = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	case serial < 60:
		serial++
	}
	if err != nil || !(serial >= 1 && serial < 2_958_466) { // 31 December 9999; not a number fails too
		return "", false
	}
	return first.AddDate(0, 0, int(serial)).Format(time.DateOnly), true
}

// decimal writes a number that programs keep as 9.12345678E8 or
// 912345678.00000012 with the 15 digits that a spreadsheet shows, and leaves
// plain digits alone.
func decimal(raw string) string {
	if !strings.ContainsAny(raw, ".eE") {
		return raw
	}
	value, err := strconv.ParseFloat(raw, 64)
	if err != nil || value > 1e21 || value < -1e21 {
		return raw
	}
	shown, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 15, 64), 64)
	if err != nil {
		return raw
	}
	return strconv.FormatFloat(shown, 'f', -1, 64)
}

// unescapeControls undoes _x000D_, which stands for a character that XML cannot
// hold; a NUL is dropped, no database takes it [ECMA-376, 22.9.2.19].
func unescapeControls(s string) string {
	from := strings.Index(s, "_x")
	if from < 0 {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:from])
	for i := from; i < len(s); {
		if i+7 <= len(s) && s[i:i+2] == "_x" && s[i+6] == '_' {
			if code, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				if code != 0 {
					b.WriteRune(rune(code)) // half of a surrogate pair becomes U+FFFD
				}
				i += 7
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}
