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
	after   int // the header's last line
	// returned says that it is a file of rejects coming back: see Rejects.
	returned bool
	headless bool  // every column is told by its position
	target   []int // position of each column in the header of the whole file, -1 for none
	fonts    columnFonts
}

const (
	// headLines is how many lines that are not blank may stand above the data.
	headLines   = 30
	headerScore = 4
)

// search is what became of the search for a header.
type search struct {
	table
	found bool
	empty bool   // the sheet has nothing at all
	head  []line // without a header: the first lines
}

// findHeader looks for the row of column names in the first lines of a sheet,
// and joins a second row of names below it. Where every column is told by its
// position, none is needed.
func (w *wishes) findHeader(s sheet) (search, error) {
	head, width, err := headOf(s)
	if err != nil {
		return search{}, err
	}
	best := w.bestHeader(head)
	if best < 0 {
		if t, ok := w.headless(s, head, width); ok {
			return search{table: t, found: true}, t.mapping.fault
		}
		return search{empty: len(head) == 0, head: head}, nil
	}
	labels, after := underTitles(head[best], s.areas, head[:best]), head[best].number
	if best+1 < len(head) {
		if joined, ok := joinHeaders(labels, head[best+1].cells); ok {
			if _, score := w.mapHeader(joined); score > 0 {
				labels, after = joined, head[best+1].number
			}
		}
	}
	// Cells of a workbook beyond the labels are columns without a name; in CSV
	// they are a separator too many, and the row is told.
	for s.name != "" && len(labels) < width {
		labels = append(labels, "")
	}
	m, _ := w.mapHeader(labels)
	t := table{sheet: s, mapping: m, after: after}
	if t.returned = m.has(FieldReason); t.returned {
		for i, l := range labels {
			labels[i] = undefuse(l)
		}
		t.mapping, _ = w.mapHeader(labels)
	}
	return search{table: t, found: true}, t.mapping.fault
}

// headOf returns the first lines of a sheet that are not blank, and how many
// columns they have.
func headOf(s sheet) (head []line, width int, err error) {
	for l, err := range s.rows() {
		if err != nil {
			return nil, 0, err
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
	return head, width, nil
}

// bestHeader returns which of the lines is the best header, -1 if none is. A
// better one further down is not, if people stand between: lists repeat their
// header page by page.
func (w *wishes) bestHeader(head []line) int {
	best, score := -1, headerScore-1
	var people sieve
	for i, l := range head {
		m, n := w.mapHeader(l.cells)
		switch {
		case n > score:
			best, score, people = i, n, sieve{m: &m}
		case best >= 0 && !people.holds(l.cells):
			return best
		}
	}
	return best
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
	title := "" // what stands over this column and those before it
	for i := range joined {
		u, l := tidy(cellAt(upper, i)), tidy(cellAt(lower, i))
		joined[i] = u
		if u != "" || l == "" {
			title = u
		}
		if l == "" || l == u {
			continue
		}
		if !isLabel(l) {
			return nil, false
		}
		switch classify(u).field {
		case FieldName, FieldFamily, FieldGiven:
			// "Họ và tên" over "Họ đệm" and "Tên"; anything else is a person.
			if f := classify(l).field; f != FieldFamily && f != FieldGiven {
				return nil, false
			}
			joined[i], open = l, true
			continue
		}
		next := tidy(cellAt(upper, i+1))
		spread := u == "" || i > 0 && u == tidy(cellAt(upper, i-1)) || u == next || next == "" && tidy(cellAt(lower, i+1)) != ""
		if u == "" && (classify(l).strength == 0 || l[0] == '(') {
			u = title // "Điện thoại" over "(di động)" and "(cơ quan)"
		}
		joined[i] = strings.TrimSpace(u + " " + l)
		if !spread && !goesOn(joined[i], l) {
			return nil, false // "xã Gò Sỏi" under "Đơn vị": a row of data
		}
		open = open || spread || classify(u).strength == 0 && classify(joined[i]).strength > 0
	}
	return joined, open
}

// goesOn reports whether a label below another goes on with it: "công tác" under
// "Đơn vị", "(Zalo)" under "Điện thoại".
func goesOn(joined, lower string) bool {
	_, known := labels[words(joined)]
	return known || strings.HasPrefix(lower, "(") || classify(lower).strength > 0
}

func isLabel(s string) bool {
	return !looksLikeData(s) && !looksLikePerson(s) && !isMark(s) && len([]rune(s)) <= 60 && strings.ContainsFunc(s, unicode.IsLetter)
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
	for i := range s.m.Columns {
		c := &s.m.Columns[i]
		cell := strings.TrimSpace(cellAt(cells, c.Index))
		// Nothing hangs on a column that a file of rejects has not, or has more.
		if cell == "" || c.Field == FieldSensitive || c.Field == FieldReason {
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
	name, rest := s.personName(cells), s.shown(cells)
	s.tail = s.tail && filled <= 3 && number == ""
	switch {
	case s.isHeader(cells), isNumbering(cells), isNumbering(rest):
		return true
	case s.tail:
		return true
	case filled <= 3 && number == "" && isShort(rest) && signature.MatchString(words(strings.Join(rest, " "))):
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

// shown are the cells that a file of rejects has as well.
func (s *sieve) shown(cells []string) []string {
	if !s.m.has(FieldSensitive) && !s.m.has(FieldReason) {
		return cells
	}
	var out []string
	for i, cell := range cells {
		if i < len(s.m.Columns) {
			if f := s.m.Columns[i].Field; f == FieldSensitive || f == FieldReason {
				continue
			}
		}
		out = append(out, cell)
	}
	return out
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
	for i := range s.m.Columns {
		c := &s.m.Columns[i]
		if c.Field == FieldSensitive || c.Field == FieldReason {
			continue
		}
		if cell := tidy(cellAt(cells, c.Index)); cell != "" {
			if !strings.HasSuffix(c.Label, cell) && !strings.HasPrefix(c.Label, cell) {
				return false
			}
			same++
		}
	}
	return same >= 2
}

// isNumbering reports whether a row numbers the columns: (1) (2) (3) …, or A B 1
// 2 as statistical forms do.
func isNumbering(cells []string) bool {
	n, letters := 0, 0
	for i, c := range cells {
		c = strings.Trim(c, " ()[].")
		if c == "" {
			continue
		}
		if n == letters && c == string(rune('A'+letters)) {
			letters++
		} else if c != itoa(n+1) && c != itoa(n+1-letters) && c != itoa(i+1) {
			return false
		}
		n++
	}
	return n >= 3
}
