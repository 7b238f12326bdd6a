package territory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"canvass/dispatch/survey"
)

// Bounds of a list of units: a country has some ten thousand.
const (
	mostBytes   = 16 << 20
	mostUnits   = 50_000
	headerLines = 10 // a header stands in the first lines, or there is none
)

// Listed is a unit as a file lists it.
type Listed struct {
	survey.Unit
	// Formerly are the codes or names of the units it was made of.
	Formerly []string
	Line     int // of the file, from 1
}

// Read reads the list of one version: a CSV file with a header in Vietnamese or
// English (mã, tên, thuộc, tên khác, trước đây; code, name, parent, aliases,
// formerly), in UTF-8 or UTF-16, parted by comma, semicolon or tab; cells of
// several values by semicolons. A parent is given by its code or its name. The
// errors are *survey.Error, joined; Where is the line.
func Read(r io.Reader) ([]Listed, error) {
	text, err := readText(r)
	if err != nil {
		return nil, err
	}
	lines, columns, err := findTable(text)
	if err != nil {
		return nil, err
	}
	var list []Listed
	for _, l := range lines {
		if u, ok := columns.unit(l); ok {
			list = append(list, u)
		}
	}
	switch {
	case len(list) == 0:
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUnitInvalid, Args: map[string]string{"missing": "mã/code"}}
	case len(list) > mostUnits:
		return nil, tooLarge()
	}
	byName(list)
	faults := check(Units(list), func(i int) string { return strconv.Itoa(list[i].Line) })
	if err := faults.joined(); err != nil {
		return nil, err
	}
	return list, nil
}

// Units are the units of a list.
func Units(list []Listed) []survey.Unit {
	out := make([]survey.Unit, len(list))
	for i, l := range list {
		out[i] = l.Unit
	}
	return out
}

func tooLarge() error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat,
		Args: map[string]string{"problem": "> 16 MiB, > " + strconv.Itoa(mostUnits)}}
}

// readText is the file in UTF-8 without a byte order mark.
func readText(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(transform.NewReader(r, unicode.BOMOverride(transform.Nop)), mostBytes+1))
	switch {
	case err != nil:
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileUnreadable, Err: err}
	case len(text) > mostBytes:
		return nil, tooLarge()
	case bytes.IndexByte(text, 0) >= 0:
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Args: map[string]string{"problem": "CSV?"}}
	case !utf8.Valid(text):
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeLegacyEncoding}
	}
	return text, nil
}

// line is one record of the file.
type line struct {
	number int
	cells  []string
}

// columns says where in a line a field is; -1 is nowhere.
type columns map[string]int

// findTable parts the file as gives the best header, and returns what is below.
func findTable(text []byte) ([]line, columns, error) {
	var lines []line
	var best columns
	for _, separator := range ",;\t" {
		all, err := linesOf(text, separator)
		if err != nil {
			return nil, nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Err: err}
		}
		for i, l := range all[:min(len(all), headerLines)] {
			if c := headerOf(l.cells); len(c) > len(best) {
				lines, best = all[i+1:], c
			}
		}
	}
	for _, needed := range []struct{ field, header string }{{"code", "mã/code"}, {"name", "tên/name"}} {
		if _, ok := best[needed.field]; !ok {
			return nil, nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUnitInvalid, Args: map[string]string{"missing": needed.header}}
		}
	}
	return lines, best, nil
}

func linesOf(text []byte, separator rune) ([]line, error) {
	c := csv.NewReader(bytes.NewReader(text))
	c.Comma, c.FieldsPerRecord, c.LazyQuotes = separator, -1, true
	var out []line
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		number, _ := c.FieldPos(0)
		out = append(out, line{number, cells})
	}
}

// headerOf tells the fields of a header by their words; none if it is no header.
func headerOf(cells []string) columns {
	out := columns{}
	for i, cell := range cells {
		words, _ := wordsOf(cell)
		if field, ok := headers[unaccented(strings.Join(words, " "))]; ok {
			if _, twice := out[field]; !twice {
				out[field] = i
			}
		}
	}
	return out
}

// headers are the column names that are understood, without accents.
var headers = map[string]string{
	"ma": "code", "ma don vi": "code", "ma dvhc": "code", "ma xa": "code", "code": "code", "unit code": "code",
	"ten": "name", "ten don vi": "name", "ten dvhc": "name", "ten xa": "name", "don vi": "name", "name": "name", "unit": "name", "unit name": "name",
	"thuoc": "parent", "truc thuoc": "parent", "thuoc don vi": "parent", "don vi cap tren": "parent", "ma cap tren": "parent", "cap tren": "parent",
	"parent": "parent", "parent code": "parent", "part of": "parent",
	"ten khac": "aliases", "ten goi khac": "aliases", "con goi la": "aliases", "aliases": "aliases", "alias": "aliases", "other names": "aliases", "also": "aliases",
	"truoc day": "formerly", "truoc day la": "formerly", "ten cu": "formerly", "don vi cu": "formerly", "sap nhap tu": "formerly", "tu": "formerly",
	"formerly": "formerly", "former": "formerly", "former units": "formerly", "from": "formerly",
}

// unit reads a line; false if it is empty.
func (c columns) unit(l line) (Listed, bool) {
	cell := func(field string) string {
		if i, ok := c[field]; ok && i < len(l.cells) {
			return tidy(l.cells[i])
		}
		return ""
	}
	u := Listed{Line: l.number, Unit: survey.Unit{Code: cell("code"), Name: cell("name"), Parent: cell("parent")}, Formerly: several(cell("formerly"))}
	own := formOf(u.Name).full
	for _, alias := range several(cell("aliases")) {
		if formOf(alias).full != own {
			u.Aliases = append(u.Aliases, alias)
		}
	}
	return u, u.Code+u.Name+u.Parent != "" || len(u.Aliases)+len(u.Formerly) > 0
}

// several parts a cell of several values, each once.
func several(cell string) []string {
	var out []string
	seen := map[string]bool{}
	for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ';' || r == '|' }) {
		f := formOf(part)
		if part = strings.TrimSpace(part); !f.blank() && !seen[f.full] {
			out, seen[f.full] = append(out, part), true
		}
	}
	return out
}

// byName replaces parents that are given by name with their codes. What is
// neither is left to check.
func byName(list []Listed) {
	codes := map[string]string{}
	names := map[string][]int{}
	for i, u := range list {
		codes[codeKey(u.Code)] = u.Code
		put(names, formOf(u.Name).full, i)
	}
	for i, u := range list {
		if code, ok := codes[codeKey(u.Parent)]; ok {
			list[i].Parent = code
		} else if hits := names[formOf(u.Parent).full]; len(hits) == 1 {
			list[i].Parent = list[hits[0]].Code
		}
	}
}
