package contactlist

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"canvass/dispatch/survey"
)

// What a list looks like that begins with people at once. It is noticed, never
// guessed at: only the positions that somebody gives make a list of it.

// surnames are family names that begin no label, in lower case. Half of the
// country has one of them.
var surnames = []string{"nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "ngô", "trương", "đinh", "nguyen", "tran", "pham", "huynh"}

// looksLikePerson reports whether a cell has a full name with a common family
// name, so that its row is no header.
func looksLikePerson(cell string) bool {
	parts := strings.Fields(tidy(cell))
	if len(parts) < 2 || len(parts) > 5 || !slices.Contains(surnames, strings.ToLower(parts[0])) {
		return false
	}
	for _, p := range parts { // "Võ thuật" is a subject
		if first := firstRune(p); !unicode.IsUpper(first) {
			return false
		}
	}
	return true
}

// officeWords begin what is no person: offices, places, titles of documents.
var officeWords = []string{"ubnd", "uy ban", "ban", "so", "phong", "cong hoa", "doc lap", "tinh", "huyen", "xa", "phuong", "thi tran", "danh sach", "hoi", "truong", "cong ty",
	"khoi", "cum", "don vi", "mat tran", "doan", "dang", "trung tam", "hotline", "dien thoai", "dt", "ho ten", "tong", "cong"}

// mayBeName reports whether a cell could be a person's name and nothing else:
// one to six words of letters, no office, no label.
func mayBeName(cell string) bool {
	text := tidy(unescape(cell))
	count := len(strings.Fields(text))
	if count == 0 || count > 6 || classify(text).strength > 0 && !looksLikePerson(text) && parseSex(text) == "" {
		return false
	}
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !strings.ContainsRune(" .'’-/", r) {
			return false
		}
	}
	folded := words(text)
	for _, w := range officeWords {
		if folded == w || count > 1 && strings.HasPrefix(folded, w+" ") && !looksLikePerson(text) {
			return false
		}
	}
	return !isBlank(text)
}

// isPhoneCell and isEmailCell report whether a cell has an address and little
// else.
func isPhoneCell(cell string) bool {
	return len(digits(cell)) >= 8 && len(cell) <= 60 && (scientific.MatchString(fold(cell)) || ParsePhone(cell).found())
}

func isEmailCell(cell string) bool {
	if !strings.Contains(cell, "@") {
		return false
	}
	_, _, err := ParseEmail(cell)
	return err == nil
}

// isPersonLine reports whether a line has a name and an address, each in a cell
// of its own.
func isPersonLine(cells []string) bool {
	name, address := false, false
	for _, c := range cells {
		switch {
		case isPhoneCell(c), isEmailCell(c):
			address = true
		case mayBeName(c):
			name = true
		}
	}
	return name && address
}

// personLines are those of the first lines that look like people.
func personLines(head []line) []line {
	var people []line
	for _, l := range head {
		if isPersonLine(l.cells) {
			people = append(people, l)
		}
	}
	return people
}

// absent is the error for a list that begins with people at once: which line
// is the first, and which mapping would read it.
func absent(sheet string, people []line) *survey.Error {
	e := invalid(survey.CodeHeaderAbsent, "row", itoa(people[0].number))
	e.Args["guess"] = guessPlaces(people)
	e.Where = sheet
	return e
}

// guessPlaces says what the columns of people seem to hold, as ParseMapping
// reads it: "B=name,C=phone,D=email".
func guessPlaces(people []line) string {
	width := 0
	for _, l := range people {
		width = max(width, len(l.cells))
	}
	var guess []string
	var used []Field
	name := -1
	for i := range width {
		column := make([]string, 0, len(people))
		for _, l := range people {
			if cell := strings.TrimSpace(cellAt(l.cells, i)); cell != "" {
				column = append(column, cell)
			}
		}
		field := guessField(column)
		switch {
		case field.isSingle() && field != FieldName && slices.Contains(used, field):
			continue
		case field == FieldName && name < 0:
			name = i
			if most(column, isHalfName) && most(below(people, i+1), isOneWord) {
				field = FieldFamily
			}
		case field == FieldName && name == i-1 && slices.Contains(used, FieldFamily):
			field = FieldGiven
		case field == FieldName: // another column of words
			continue
		}
		if field != "" {
			used = append(used, field)
			guess = append(guess, placeName(i)+"="+string(field))
		}
	}
	return strings.Join(guess, ",")
}

func below(people []line, i int) []string {
	column := make([]string, len(people))
	for k, l := range people {
		column[k] = strings.TrimSpace(cellAt(l.cells, i))
	}
	return column
}

// guessField says what a column of cells seems to hold, "" if it cannot be told.
func guessField(column []string) Field {
	switch {
	case most(column, isPhoneCell):
		return FieldPhone
	case most(column, isEmailCell):
		return FieldEmail
	case most(column, func(s string) bool { return parseSex(s) != "" }):
		return FieldSex
	case most(column, isCommune):
		return FieldUnit
	case most(column, mayBeName):
		return FieldName
	}
	return ""
}

// most reports whether more than half of the cells are so.
func most(column []string, is func(string) bool) bool {
	n := 0
	for _, cell := range column {
		if is(cell) {
			n++
		}
	}
	return 2*n > len(column)
}

func isCommune(cell string) bool {
	kind, rest, _ := strings.Cut(words(cell), " ")
	return rest != "" && (kind == "xa" || kind == "phuong" || strings.HasPrefix(words(cell), "thi tran ") || strings.HasPrefix(words(cell), "dac khu "))
}

// isHalfName reports whether a name ends with a middle name: "Nguyễn Văn".
func isHalfName(cell string) bool {
	parts := strings.Fields(words(cell))
	return len(parts) > 1 && isMiddleName(parts[len(parts)-1])
}

func isOneWord(cell string) bool {
	return mayBeName(cell) && parseSex(cell) == "" && len(strings.Fields(cell)) == 1
}

// headless makes a table of a sheet without a header, of which every column
// that is wanted is told by its position; the others are left out, because
// nobody can tell a column of religion from one of remarks. It begins with the
// first line that is a person under that mapping.
func (w *wishes) headless(s sheet, head []line, width int) (table, bool) {
	if !w.places() {
		return table{}, false
	}
	var m Mapping
	for i := range width {
		m.Columns = append(m.Columns, Column{Index: i})
	}
	w.apply(&m)
	for i := range m.Columns {
		if c := &m.Columns[i]; !c.Said {
			c.Field, c.Label = FieldIgnore, labelOf(FieldIgnore)+" "+itoa(i+1)
		}
	}
	m.resolve()
	m.name()
	if m.score() == 0 {
		return table{}, false
	}
	people := sieve{m: &m}
	for _, l := range head {
		if m.mayBePerson(l.cells, people.personName(l.cells)) && !people.holds(l.cells) {
			return table{sheet: s, mapping: m, after: l.number - 1, headless: true}, true
		}
	}
	return table{}, false
}

// mayBePerson reports whether a line has something like an address where an
// address should be, or a name and no address at all. It takes too much rather
// than too little: a title that is read as a person is rejected and told.
func (m *Mapping) mayBePerson(cells []string, name string) bool {
	filled := 0
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			filled++
		}
	}
	blank := true
	for _, c := range m.Columns {
		if c.Field != FieldPhone && c.Field != FieldEmail {
			continue
		}
		cell := cellAt(cells, c.Index)
		if len(digits(cell)) >= 5 || strings.Contains(cell, "@") {
			return true
		}
		blank = blank && isBlank(cell)
	}
	return blank && (looksLikePerson(name) || mayBeName(name) && filled > 1)
}

// sniffPeople returns the separator under which most of the first lines of a
// file look like people; if every column is told by its position, the one that
// makes most columns. It returns 0 if there is none.
func (w *wishes) sniffPeople(head []byte) rune {
	var best rune
	score := 0
	for _, separator := range ",;\t|" {
		n, count := 0, 0
		for l, err := range csvLines(bytes.NewReader(head), separator) {
			if count++; err != nil || count > 2*headLines {
				break
			}
			switch {
			case isPersonLine(l.cells):
				n += 2 * maxColumns
			case w.places():
				n += min(len(l.cells), maxColumns) - 1
			}
		}
		if n > score {
			best, score = separator, n
		}
	}
	return best
}
