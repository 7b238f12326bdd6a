package contactlist

import (
	"archive/zip"
	"bytes"
	"io"
	"iter"
	"path"
	"strings"

	"canvass/dispatch/survey"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook. A list of 50,000 people is some 60 MiB of XML.
const (
	maxWorkbook = 64 << 20  // bytes of the file
	maxUnzipped = 256 << 20 // bytes of all its parts
	maxParts    = 5000
	maxColumns  = 1024
	// worksheets above this many bytes are unpacked to a temporary file
	inMemory = 16 << 20
)

// workbook is an opened XLSX file.
type workbook struct {
	file   *excelize.File
	sheets []sheet
	hidden []string
}

// openXLSX checks every part of a workbook before excelize sees it, hands over
// only the parts that hold cells (no links, pictures or comments), and lists
// the visible sheets. Formulas give the value that was stored with them.
func openXLSX(r io.ReaderAt, size int64) (*workbook, error) {
	if size > maxWorkbook {
		return nil, format("why", "too_large")
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Err: err}
	}
	lean, merged, err := strip(archive)
	if err != nil {
		return nil, err
	}
	file, err := excelize.OpenReader(lean, excelize.Options{
		UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: inMemory, ShortDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Err: err}
	}
	plainNumbers(file)
	w := &workbook{file: file}
	places := sheetParts(archive)
	for _, name := range file.GetSheetList() {
		visible, err := file.GetSheetVisible(name)
		if err != nil || !visible {
			w.hidden = append(w.hidden, name)
			continue
		}
		areas := merged[places[name]]
		w.sheets = append(w.sheets, sheet{name: name, areas: areas, rows: func() iter.Seq2[line, error] {
			return sheetLines(file, name, areas)
		}})
	}
	return w, nil
}

// strip checks the parts of a workbook and copies those that excelize needs,
// still packed. It returns the merged cells by part, too.
func strip(archive *zip.Reader) (io.Reader, map[string][]area, error) {
	if len(archive.File) > maxParts {
		return nil, nil, format("why", "too_many_parts")
	}
	var total uint64
	for _, f := range archive.File {
		if total += f.UncompressedSize64; total > maxUnzipped || f.UncompressedSize64 > maxUnzipped {
			return nil, nil, format("why", "unpacks_too_large")
		}
		if strings.HasSuffix(strings.ToLower(f.Name), "vbaproject.bin") {
			return nil, nil, format("why", "macros")
		}
	}
	merged := map[string][]area{}
	var lean bytes.Buffer
	w := zip.NewWriter(&lean)
	for _, f := range archive.File {
		if !isNeeded(f.Name) {
			continue
		}
		areas, err := inspect(f)
		if err != nil {
			return nil, nil, err
		}
		if len(areas) > 0 {
			merged[f.Name] = areas
		}
		if err := w.Copy(f); err != nil {
			return nil, nil, format("why", "damaged")
		}
	}
	if err := w.Close(); err != nil {
		return nil, nil, format("why", "damaged")
	}
	return &lean, merged, nil
}

func isNeeded(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "\\", "/"))
	switch path.Dir(name) {
	case ".", "_rels", "xl", "xl/_rels", "xl/worksheets":
		return path.Ext(name) == ".xml" || path.Ext(name) == ".rels"
	}
	return false
}

// plainNumbers makes excelize give numbers as they are kept, not as they are
// shown (9.12E+08, 912.345.678), and every date as 2006-01-02.
func plainNumbers(file *excelize.File) {
	styles := file.Styles
	if styles == nil || styles.CellXfs == nil {
		return
	}
	dates := map[int]bool{}
	if styles.NumFmts != nil {
		for _, f := range styles.NumFmts.NumFmt {
			dates[f.NumFmtID] = isDateFormat(f.FormatCode)
		}
		styles.NumFmts.NumFmt = nil
	}
	for i := range styles.CellXfs.Xf {
		id := styles.CellXfs.Xf[i].NumFmtID
		if id == nil {
			continue
		}
		shown := unformatted
		if dates[*id] || *id >= 14 && *id <= 17 || *id == 22 || *id >= 27 && *id <= 36 || *id >= 50 && *id <= 58 {
			shown = shortDate
		}
		styles.CellXfs.Xf[i].NumFmtID = &shown
	}
}

// Built-in number formats: 14 is the short date, whose pattern we choose; 163
// is one that excelize does not know, so that it leaves the value alone.
const (
	shortDate   = 14
	unformatted = 163
)

// isDateFormat reports whether a number format code shows a day: it has d or y
// outside quotes, brackets and escapes.
func isDateFormat(code string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case !bracket && strings.IndexByte("dDyY", c) >= 0:
			return true
		}
	}
	return false
}

func sheetLines(file *excelize.File, name string, areas []area) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		rows, err := file.Rows(name)
		if err != nil {
			yield(line{}, unreadable(err))
			return
		}
		defer func() { _ = rows.Close() }() // only reads; the error of reading is told below
		down := newFiller(areas)
		number := 0
		for rows.Next() {
			number++
			cells, err := rows.Columns()
			if err != nil {
				yield(line{}, unreadable(err))
				return
			}
			if !yield(line{number: number, cells: down.fill(number, cells)}, nil) {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(line{}, unreadable(err))
		}
	}
}
