package contactlist

import (
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"path"
	"strings"
)

// workbook is an opened XLSX file. Formulas give the value that was stored with
// them; nothing is computed and no link is followed.
type workbook struct {
	archive  *archive
	sheets   []sheet
	hidden   []string
	shared   []string // the table that most text of cells stands in
	styles   []style
	date1904 bool
	text     int // bytes of all cells, see weigh
	names    int // cells of the first lines of all sheets
}

const (
	maxShared     = 1_000_000 // shared strings
	maxSharedText = 64 << 20  // their bytes: the one thing that is kept in memory
	maxSheets     = 255       // visible ones; a province has some 170 communes
	maxSheetName  = 255       // bytes; Excel takes 31 characters
)

// openXLSX checks every part of a workbook that rows are read from, to its end,
// and lists the visible sheets. Hidden rows and columns are read like others:
// people hide them by filters, and forget. Hidden sheets are not read, and told.
func openXLSX(r io.ReaderAt, size int64) (*workbook, error) {
	a, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	w := &workbook{archive: a}
	main, links, err := w.find()
	if err != nil {
		return nil, err
	}
	named, err := w.book(main, links)
	if err != nil {
		return nil, err
	}
	if err := w.tables(links); err != nil {
		return nil, err
	}
	for _, s := range named {
		areas, err := w.inspect(s.part)
		if err != nil {
			return nil, err
		}
		w.sheets = append(w.sheets, sheet{name: s.name, areas: areas, rows: func() iter.Seq2[line, error] {
			return w.lines(s.part, areas)
		}})
	}
	return w, nil
}

// link is a relationship of a part: kind is the last word of its type.
type link struct{ kind, part string }

// find returns the name of the part with the list of sheets, and its links.
func (w *workbook) find() (string, map[string]link, error) {
	const types, top = "[content_types].xml", "_rels/.rels"
	if w.archive.parts[types] == nil || w.archive.parts[top] == nil {
		return "", nil, format("why", "not_a_workbook") // an .ods, any zip file
	}
	if err := w.archive.scan(types, "Types", w.checkTypes); err != nil {
		return "", nil, err
	}
	links, err := w.links(top, "")
	if err != nil {
		return "", nil, err
	}
	main, err := only(links, "officeDocument")
	if err != nil {
		return "", nil, err
	}
	folder, name := path.Split(main)
	links, err = w.links(folder+"_rels/"+name+".rels", folder)
	return main, links, err
}

// checkTypes refuses what says of itself that it is no workbook, and parts that it says
// are macros. Programs that write workbooks declare types that no part has: only a part
// that is there counts.
func (w *workbook) checkTypes(s *scanner) error {
	found := false
	err := s.children(func(e xml.StartElement) error {
		kind := strings.ToLower(attribute(e, "ContentType"))
		macros := strings.Contains(kind, "vbaproject") || strings.Contains(kind, "macrosheet")
		if macros && w.archive.parts[partName("", attribute(e, "PartName"))] != nil {
			return format("why", "macros")
		}
		ours := strings.Contains(kind, "spreadsheetml.") || strings.Contains(kind, "ms-excel.") && strings.Contains(kind, "macroenabled")
		found = found || ours && strings.HasSuffix(kind, ".main+xml")
		return s.skip()
	})
	if err == nil && !found {
		return format("why", "not_a_workbook") // a text, an .xlsb
	}
	return err
}

// links reads the relationships that begin in one part, by id. What lies
// outside of the file is left out: it is never followed.
func (w *workbook) links(name, folder string) (map[string]link, error) {
	out := map[string]link{}
	return out, w.archive.scan(name, "Relationships", func(s *scanner) error {
		return s.children(func(e xml.StartElement) error {
			if attribute(e, "TargetMode") != "External" {
				l := link{kind: path.Base(attribute(e, "Type")), part: partName(folder, attribute(e, "Target"))}
				if strings.EqualFold(l.kind, "vbaProject") && w.archive.parts[l.part] != nil {
					return format("why", "macros")
				}
				out[attribute(e, "Id")] = l
			}
			return s.skip()
		})
	})
}

// only returns the part that the one link of a kind leads to, "" without one.
func only(links map[string]link, kind string) (string, error) {
	part := ""
	for _, l := range links {
		if l.kind == kind && part != "" && part != l.part {
			return "", damaged(l.part, errors.New("two parts where one belongs"))
		}
		if l.kind == kind {
			part = l.part
		}
	}
	return part, nil
}

// tables reads the shared strings and the styles; a workbook may have neither.
func (w *workbook) tables(links map[string]link) error {
	for _, t := range [...]struct {
		kind, root string
		read       func(*scanner) error
	}{{"sharedStrings", "sst", w.readShared}, {"styles", "styleSheet", w.readStyles}} {
		part, err := only(links, t.kind)
		if err != nil {
			return err
		}
		if part == "" {
			continue
		}
		if err := w.archive.scan(part, t.root, t.read); err != nil {
			return err
		}
	}
	return nil
}

// place is a sheet by its name and the part that holds it.
type place struct{ name, part string }

// book reads the list of sheets: the visible ones in order.
func (w *workbook) book(main string, links map[string]link) ([]place, error) {
	var named []place
	taken := map[string]bool{}
	read := func(e xml.StartElement) error {
		name, l := attribute(e, "name"), links[linkID(e)]
		switch l.kind {
		case "chartsheet", "dialogsheet": // no cells
			return nil
		case "xlMacrosheet", "xlIntlMacrosheet":
			return format("why", "macros")
		}
		key := strings.ToLower(name)
		switch {
		case name == "" || len(name) > maxSheetName || taken[key] || taken["/"+l.part]:
			return errors.New("two sheets of one name or part, or no name")
		case attribute(e, "state") == "hidden", attribute(e, "state") == "veryHidden":
			w.hidden = append(w.hidden, name)
			return nil
		case l.kind != "worksheet":
			return errors.New("a sheet that leads nowhere: " + name)
		}
		if len(named) == maxSheets {
			return format("why", "too_many_sheets")
		}
		taken[key], taken["/"+l.part] = true, true // no name has a slash
		named = append(named, place{name, l.part})
		return nil
	}
	err := w.archive.scan(main, "workbook", func(s *scanner) error {
		return s.children(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "workbookPr":
				w.date1904 = isTrue(attribute(e, "date1904"))
			case "sheets":
				return s.children(func(e xml.StartElement) error {
					if err := read(e); err != nil {
						return err
					}
					return s.skip()
				})
			}
			return s.skip()
		})
	})
	return named, err
}

func isTrue(s string) bool { return s == "1" || s == "true" }

// readShared reads the table of shared strings.
func (w *workbook) readShared(s *scanner) error {
	var b []byte
	total := 0
	return s.children(func(e xml.StartElement) (err error) {
		if e.Name.Local != "si" {
			return s.skip()
		}
		if b, err = s.richText(b[:0]); err != nil {
			return err
		}
		total += len(b)
		if len(w.shared) == maxShared || total > maxSharedText {
			return format("why", "too_large")
		}
		w.shared = append(w.shared, unescapeControls(string(b)))
		return nil
	})
}
