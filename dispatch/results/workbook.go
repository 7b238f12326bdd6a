package results

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name   string // up to 31 characters; what Excel does not take in a name becomes a blank
	Header []string
	Rows   iter.Seq2[[]string, error]
}

// mostCell is how many characters Excel takes in a cell, and mostRows how many rows in a
// sheet.
const (
	mostCell = 32767
	mostRows = 1048576
)

// plainNumber is a number that a spreadsheet shows as it stands: no zeros before it, at
// most 15 digits.
var plainNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,5})?$`)

// WriteWorkbook writes sheets as XLSX [ISO/IEC 29500], row by row: nothing of it is kept.
// Numbers are numbers. Everything else is a text of its own, which a spreadsheet does not
// compute whatever it begins with; still it is defused as in a CSV file, because people
// save the one as the other. It stops at the first error of rows or w; then the file is
// none that opens.
func WriteWorkbook(w io.Writer, sheets []Sheet) error {
	z := zip.NewWriter(w)
	for i, s := range sheets {
		part, err := z.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if err != nil {
			return fmt.Errorf("results: workbook: %w", err)
		}
		if err := s.write(part); err != nil {
			return fmt.Errorf("results: workbook: %s: %w", s.Name, err)
		}
	}
	for _, f := range frameOf(sheets) {
		part, err := z.Create(f[0])
		if err == nil {
			_, err = io.WriteString(part, xml.Header+f[1])
		}
		if err != nil {
			return fmt.Errorf("results: workbook: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("results: workbook: %w", err)
	}
	return nil
}

// frameOf are the parts of a workbook beside its sheets, by name.
func frameOf(sheets []Sheet) [][2]string {
	const (
		main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
		rel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		pkg  = "http://schemas.openxmlformats.org/package/2006/"
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	)
	var names, rels, types strings.Builder
	for i, s := range sheets {
		n := strconv.Itoa(i + 1)
		names.WriteString(`<sheet name="` + escaped(sheetName(s.Name)) + `" sheetId="` + n + `" r:id="r` + n + `"/>`)
		rels.WriteString(`<Relationship Id="r` + n + `" Type="` + rel + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + kind + `worksheet+xml"/>`)
	}
	return [][2]string{
		{"xl/workbook.xml", `<workbook xmlns="` + main + `" xmlns:r="` + rel + `"><sheets>` + names.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + pkg + `relationships">` + rels.String() + `</Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + pkg + `relationships"><Relationship Id="r1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + pkg + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + kind + `sheet.main+xml"/>` + types.String() + `</Types>`},
	}
}

func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return ' '
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 31 {
		name = string(runes[:31])
	}
	return name
}

func (s Sheet) write(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header+`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">`+
		`<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetData>`); err != nil {
		return err
	}
	var line strings.Builder
	put := func(cells []string) error {
		line.Reset()
		line.WriteString("<row>")
		for _, c := range cells {
			writeCell(&line, c)
		}
		line.WriteString("</row>")
		_, err := io.WriteString(w, line.String())
		return err
	}
	if err := put(s.Header); err != nil {
		return err
	}
	n := 1
	for row, err := range s.Rows {
		if n++; n > mostRows {
			return fmt.Errorf("more than %d rows", mostRows)
		}
		if err != nil {
			return fmt.Errorf("rows: %w", err)
		}
		if err := put(row); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "</sheetData></worksheet>")
	return err
}

func writeCell(b *strings.Builder, cell string) {
	switch {
	case cell == "":
		b.WriteString("<c/>")
	case plainNumber.MatchString(cell):
		b.WriteString("<c><v>" + cell + "</v></c>")
	default:
		if cell = Defuse(cell); utf8.RuneCountInString(cell) > mostCell {
			cell = string([]rune(cell)[:mostCell])
		}
		b.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">` + escaped(cell) + "</t></is></c>")
	}
}

// characterCode is how a spreadsheet writes a character by its code; a text that looks like
// one is written so that it stays a text.
var characterCode = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// escaped is a text in XML; what XML cannot hold becomes U+FFFD.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(characterCode.ReplaceAllString(text, "_x005F_$1"))) // a builder takes everything
	return b.String()
}
