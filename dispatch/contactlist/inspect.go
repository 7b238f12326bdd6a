package contactlist

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"canvass/dispatch/survey"
)

const (
	maxRun    = 1 << 20 // bytes between two tags; Excel keeps at most 32,767 characters in a cell
	maxDepth  = 64
	maxMerged = 100_000
)

// inspect reads one XML part to its end before anybody trusts it: well-formed,
// no DTD, no endless text, no cell beyond the columns we take. excelize stops
// in silence at the first fault, and people would be missing. It returns the
// merged cells of a worksheet.
func inspect(f *zip.File) ([]area, error) {
	r, err := f.Open()
	if err != nil {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Err: err}
	}
	defer func() { _ = r.Close() }() // only reads
	areas, err := walk(xml.NewDecoder(&guard{r: r}))
	if err != nil {
		e := format("why", "damaged")
		e.Where, e.Err = f.Name, err
		return nil, e
	}
	return areas, nil
}

func walk(d *xml.Decoder) ([]area, error) {
	var areas []area
	depth, column := 0, 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			return areas, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return nil, errors.New("nested too deep")
			}
			switch t.Name.Local {
			case "row":
				column = 0
			case "c":
				column++
				if c, _, ok := parseRef(attribute(t, "r")); ok {
					column = c
				}
			case "v", "is":
				if column > maxColumns {
					return nil, errors.New("too many columns")
				}
			case "mergeCell":
				if a, ok := parseArea(attribute(t, "ref")); ok {
					areas = append(areas, a)
				}
				if len(areas) > maxMerged {
					return nil, errors.New("too many merged cells")
				}
			}
		}
	}
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// guard passes XML on and refuses declarations, comments (spreadsheets write
// none) and text without end, which the decoder would gather in memory.
type guard struct {
	r    io.Reader
	run  int
	last byte
}

var (
	errDeclaration = errors.New("a DTD, comment or CDATA section")
	errRun         = errors.New("a tag or text of more than 1 MiB")
)

// Read implements io.Reader.
func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	for _, c := range p[:n] {
		if c == '!' && g.last == '<' {
			return 0, errDeclaration
		}
		g.run++
		if c == '<' {
			g.run = 0
		}
		if g.run > maxRun {
			return 0, errRun
		}
		g.last = c
	}
	return n, err
}

// sheetParts maps the names of sheets to the parts that hold them. excelize
// knows this too, and keeps it to itself.
func sheetParts(archive *zip.Reader) map[string]string {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	parts := map[string]string{}
	if decodePart(archive, "xl/workbook.xml", &book) != nil || decodePart(archive, "xl/_rels/workbook.xml.rels", &links) != nil {
		return parts // without them merged cells are not filled, nothing worse
	}
	targets := map[string]string{}
	for _, l := range links.Relationship {
		target := strings.TrimPrefix(l.Target, "/")
		if !strings.HasPrefix(l.Target, "/") {
			target = path.Join("xl", l.Target)
		}
		targets[l.ID] = target
	}
	for _, s := range book.Sheets {
		parts[s.Name] = targets[s.ID]
	}
	return parts
}

func decodePart(archive *zip.Reader, name string, into any) error {
	f, err := archive.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only reads
	return xml.NewDecoder(f).Decode(into)
}
