package contactlist

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// line is one line of a sheet as it was read.
type line struct {
	number int // from 1, as the person sees it
	cells  []string
	broken bool // its quotes do not close where they should

	raw   []string  // the cells before columnFonts.read, nil if it changed none
	found []finding // what it found
}

// sheet is one table of a file, which may be read more than once.
type sheet struct {
	name  string // empty in CSV
	rows  func() iter.Seq2[line, error]
	areas []area // merged cells
}

// table is a sheet whose header was found.
type table struct {
	sheet
	mapping Mapping
	after   int   // the header's last line
	target  []int // position of each column in the header of the whole file, -1 for none
	fonts   columnFonts
}

const (
	// headLines is how many lines that are not blank may stand above the data.
	headLines   = 30
	headerScore = 4
)

// findHeader looks for the row of column names in the first lines of a sheet,
// and joins a second row of names below it. found says whether there is one,
// empty whether the sheet has nothing at all.
func findHeader(s sheet) (t table, found, empty bool, err error) {
	var head []line
	width := 0
	for l, err := range s.rows() {
		if err != nil {
			return table{}, false, false, err
		}
		if isBlankLine(l.cells) {
			continue
		}
		head = append(head, line{number: l.number, cells: readableRow(fillRight(l, s.areas))})
		width = max(width, len(l.cells))
		if len(head) == headLines {
			break
		}
	}
	best, score := -1, headerScore-1
	for i, l := range head {
		if _, n := MapHeader(l.cells); n > score {
			best, score = i, n
		}
	}
	if best < 0 {
		return table{}, false, len(head) == 0, nil
	}
	labels, after := underTitles(head[best], s.areas, head[:best]), head[best].number
	if best+1 < len(head) {
		if joined, ok := joinHeaders(labels, head[best+1].cells); ok {
			labels, after = joined, head[best+1].number
		}
	}
	// Cells of a workbook beyond the labels are columns without a name; in CSV
	// they are a separator too many, and the row is told.
	for s.name != "" && len(labels) < width {
		labels = append(labels, "")
	}
	m, _ := MapHeader(labels)
	return table{sheet: s, mapping: m, after: after}, true, false, nil
}

// underTitles puts the title of merged columns before their labels, if it does
// not change what they are taken for ("Giới tính" over "Nam" and "Nữ"), or if it
// speaks of somebody else ("Vợ/chồng" over "Điện thoại").
func underTitles(header line, areas []area, above []line) []string {
	labels := slices.Clone(header.cells)
	for _, a := range areas {
		if a.bottom != header.number-1 || a.left == a.right || a.right-a.left+1 > len(labels)/2 {
			continue
		}
		title := ""
		for _, l := range above {
			if l.number == a.top {
				title = tidy(cellAt(l.cells, a.left-1))
			}
		}
		for i := a.left - 1; i < min(a.right, len(labels)); i++ {
			joined := strings.TrimSpace(title + " " + tidy(labels[i]))
			if labels[i] != "" && (hasAnyWords(words(title), others) || classify(joined).field == classify(labels[i]).field) {
				labels[i] = joined
			}
		}
	}
	return labels
}

// joinHeaders joins a second row of labels to the first: "Giới tính" over "Nam"
// and "Nữ". It is one only if it names columns that the first leaves open, and
// names no person.
func joinHeaders(upper, lower []string) ([]string, bool) {
	open := false
	joined := make([]string, max(len(upper), len(lower)))
	for i := range joined {
		u, l := tidy(cellAt(upper, i)), tidy(cellAt(lower, i))
		joined[i] = u
		if l == "" || l == u {
			continue
		}
		if !isLabel(l) {
			return nil, false
		}
		if classify(u).field == FieldName {
			// "Họ và tên" over "Họ đệm" and "Tên"; anything else is a person.
			if f := classify(l).field; f != FieldFamily && f != FieldGiven {
				return nil, false
			}
			joined[i], open = l, true
			continue
		}
		spread := u == "" || i > 0 && u == tidy(cellAt(upper, i-1)) || u == tidy(cellAt(upper, i+1))
		open = open || spread
		joined[i] = strings.TrimSpace(u + " " + l)
	}
	return joined, open
}

func isLabel(s string) bool {
	return !looksLikeData(s) && len([]rune(s)) <= 60 && strings.ContainsFunc(s, unicode.IsLetter)
}

func isBlankLine(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// sieve passes the rows of people and holds back what else stands in a list:
// blank rows, the header again, a row of column numbers, section titles,
// totals, the signature block. A row with an address is never held back.
type sieve struct {
	m    *Mapping
	tail bool // the signature block has begun
}

var (
	signature = regexp.MustCompile(`\bngay\b.{0,12}\bthang\b.{0,12}\bnam\b|\b(nguoi lap|ky ten|ky ghi ro|ghi ro ho ten|noi nhan|thu truong|xac nhan cua|ky va dong dau)\b`)
	total     = regexp.MustCompile(`^(tổng|tổng cộng|tổng số|cộng|tong|tong cong|tong so|cong|total|sum|grand total)[^\pL]*$|^(tổng cộng|tổng số|cộng|danh sách (này )?(có|gồm))\b.*\d`)
	roman     = regexp.MustCompile(`^([ivxlc]+|[a-h])$`)
	section   = regexp.MustCompile(`^(cụm|khối|phần|nhóm|tầng)\b`)
)

// maxTitle is the length in bytes of a title, a total or a signature. Longer
// text is none, and takes long to search.
const maxTitle = 1000

func isShort(cells []string) bool {
	n := 0
	for _, c := range cells {
		n += len(c)
	}
	return n <= maxTitle
}

// holds reports whether the row is no person.
func (s *sieve) holds(cells []string) bool {
	if isBlankLine(cells) {
		return true
	}
	var first string
	filled, address, number := 0, false, ""
	for _, c := range s.m.Columns {
		cell := strings.TrimSpace(cellAt(cells, c.Index))
		if cell == "" {
			continue
		}
		filled++
		if first == "" && strings.ContainsFunc(cell, unicode.IsLetter) {
			first = cell
		}
		switch c.Field {
		case FieldPhone, FieldEmail:
			address = address || strings.Contains(cell, "@") || len(digits(cell)) >= 8 || scientific.MatchString(fold(cell))
		case FieldOrdinal:
			number = fold(strings.Trim(cell, " .)"))
		}
	}
	if address {
		return false
	}
	name := s.personName(cells)
	switch {
	case s.isHeader(cells), isNumbering(cells):
		return true
	case s.tail:
		return true
	case filled <= 3 && number == "" && isShort(cells) && signature.MatchString(words(strings.Join(cells, " "))):
		s.tail = true
		return true
	case len(first) <= maxTitle && total.MatchString(strings.ToLower(tidy(first))):
		return true
	case name == "":
		return filled < 3
	}
	// A title over a section: "II | KHỐI CƠ QUAN TỈNH", "Cụm C1".
	return filled <= 2 && len(name) <= maxTitle && (roman.MatchString(number) || section.MatchString(strings.ToLower(tidy(name))))
}

func (s *sieve) personName(cells []string) string {
	if s.m.has(FieldName) {
		return strings.TrimSpace(s.m.of(FieldName, cells))
	}
	return strings.TrimSpace(s.m.of(FieldFamily, cells) + " " + s.m.of(FieldGiven, cells))
}

// isHeader reports whether a row repeats the header, as lists do page by page.
func (s *sieve) isHeader(cells []string) bool {
	same := 0
	for _, c := range s.m.Columns {
		if cell := tidy(cellAt(cells, c.Index)); cell != "" {
			if !strings.HasSuffix(c.Label, cell) && !strings.HasPrefix(c.Label, cell) {
				return false
			}
			same++
		}
	}
	return same >= 2
}

// isNumbering reports whether a row numbers the columns: (1) (2) (3) …
func isNumbering(cells []string) bool {
	n := 0
	for i, c := range cells {
		c = strings.Trim(c, " ()[].")
		if c == "" {
			continue
		}
		n++
		if c != itoa(n) && c != itoa(i+1) {
			return false
		}
	}
	return n >= 3
}
