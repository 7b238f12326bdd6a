package respondent

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// listRow is a row of the workbook as it is typed, and what it means.
type listRow struct {
	section  string // a title over the rows below; then all else is empty
	name     string
	birth    any // int or string
	unit     string
	position string
	phone    any // int or string
	email    string
	note     string
	formula  bool // the year, or the phone if it is a number, stands as a formula
	swapped  bool // phone and e-mail stand in each other's column
	truth    Truth
}

// Rates of dirt per 100 rows, by the numbers of the table in the content sheet.
// Old mobiles (5), lost digits (4), landlines (8) and old fonts (18) need rows of
// their own: see extra.go.
const (
	rateLostZero   = 24 // 1
	rateSeparators = 22 // 2
	rateCountry    = 4  // 6
	rateSwapped    = 1  // 11
	rateBlanks     = 4  // 12
	rateCapitals   = 18 // 16
	rateSpaces     = 15 // 17
	rateTitles     = 7  // 19
	rateTones      = 9  // 21
	rateOldUnit    = 19 // 22
	rateNoAccents  = 6  // 23
	rateBirth      = 8  // 24
	rateFormula    = 3  // 29
)

// cleanRow is the row of a collaborator as a careful clerk would type it.
func cleanRow(p *Person) *listRow {
	r := &listRow{name: p.Name, birth: p.Birth, unit: p.Unit, position: p.Position, email: p.Email}
	if p.Phone() != "" {
		r.phone = national(p.Phone())
	}
	r.truth = Truth{
		Outcome: Taken, Person: p.ID, Name: p.Name, Phones: p.Phones, Email: p.Email, Birth: p.Birth, Woman: p.Woman,
		Stratum: p.Stratum, Unit: p.Unit,
	}
	if p.Phone() == "" && p.Email == "" {
		r.truth.Outcome = Unreachable
	}
	return r
}

// national is a number as people dial it.
func national(e164 string) string { return "0" + strings.TrimPrefix(e164, "+84") }

// soil makes the rows as dirty as the rates say. Every row has one way of
// writing its phone and one of writing its name.
func (b *builder) soil(rows []*listRow) {
	b.soilPhones(rows)
	b.soilNames(rows)
	b.soilEmails(rows)
	b.soilUnits(rows)
	years := b.some(rows, rateBirth, func(r *listRow) bool { return r.truth.Birth < 2000 })
	for n, r := range years {
		if n%2 == 0 {
			r.birth = fmt.Sprintf("%02d/%02d/%d", 1+b.rng.IntN(28), 1+b.rng.IntN(12), r.truth.Birth)
		} else {
			r.birth = fmt.Sprintf("%02d", r.truth.Birth%100)
		}
	}
	for _, r := range b.some(rows, rateFormula, func(r *listRow) bool { _, isYear := r.birth.(int); return isYear }) {
		r.formula = true
	}
}

// some draws rate percent of all rows among those for whom ok holds.
func (b *builder) some(rows []*listRow, rate int, ok func(*listRow) bool) []*listRow {
	want := (len(rows)*rate + 50) / 100
	var out []*listRow
	for _, i := range b.rng.Perm(len(rows)) {
		if len(out) < want && ok(rows[i]) {
			out = append(out, rows[i])
		}
	}
	return out
}

func (b *builder) soilPhones(rows []*listRow) {
	done := map[*listRow]bool{}
	single := func(r *listRow) bool { return len(r.truth.Phones) == 1 && !done[r] }
	mark := func(of []*listRow) []*listRow {
		for _, r := range of {
			done[r] = true
		}
		return of
	}
	for _, r := range rows {
		if len(r.truth.Phones) == 2 {
			r.phone = national(r.truth.Phones[0]) + "/" + national(r.truth.Phones[1])
		}
	}
	for _, r := range mark(b.some(rows, rateLostZero, single)) {
		n, _ := strconv.Atoi(national(r.truth.Phones[0])) // ten digits always fit
		r.phone = n
	}
	for n, r := range mark(b.some(rows, rateSeparators, single)) {
		d := national(r.truth.Phones[0])
		r.phone = [...]string{
			d[:4] + "." + d[4:7] + "." + d[7:], d[:4] + " " + d[4:7] + "-" + d[7:], d[:4] + " " + d[4:7] + " " + d[7:], d[:3] + "-" + d[3:6] + "-" + d[6:],
		}[n%4]
	}
	for n, r := range mark(b.some(rows, rateCountry, single)) {
		d := strings.TrimPrefix(r.truth.Phones[0], "+84")
		r.phone = [...]string{"+84" + d, "84" + d, "(+84)0" + d}[n%3]
	}
	for _, r := range b.some(rows, rateSwapped, func(r *listRow) bool { return single(r) && r.email != "" }) {
		r.swapped = true
	}
}

const nbsp = "\u00a0"

var (
	newTone  = strings.NewReplacer("òa", "oà", "óa", "oá", "ủy", "uỷ", "úy", "uý", "ùy", "uỳ")
	honoured = map[bool]string{true: "Bà ", false: "Đ/c "}
)

func (b *builder) soilNames(rows []*listRow) {
	for _, r := range b.some(rows, rateTones, func(r *listRow) bool { return newTone.Replace(r.name) != r.name }) {
		r.name = newTone.Replace(r.name)
		r.truth.Name = r.name
	}
	done := map[*listRow]bool{}
	fresh := func(r *listRow) bool { return !done[r] }
	for _, r := range rows {
		if strings.HasPrefix(r.name, "Ông ") { // Mr Ông: a real form of address
			r.name, done[r] = "Ông "+r.name, true
		}
	}
	for _, r := range b.some(rows, rateCapitals, fresh) {
		r.name, done[r] = strings.ToUpper(r.name), true
	}
	for _, r := range b.some(rows, rateTitles, fresh) {
		r.name, done[r] = honoured[r.truth.Woman]+r.name, true
	}
	for n, r := range b.some(rows, rateSpaces, fresh) {
		switch n % 3 {
		case 0:
			r.name = strings.ReplaceAll(r.name, " ", "  ")
		case 1:
			r.name = nbsp + strings.Replace(r.name, " ", nbsp, 1) + " "
		default:
			r.name = norm.NFD.String(r.name)
		}
	}
}

func (b *builder) soilEmails(rows []*listRow) {
	for n, r := range b.some(rows, rateBlanks, func(r *listRow) bool { return r.email != "" }) {
		at := strings.IndexByte(r.email, '@')
		if n%2 == 0 {
			r.email = " " + r.email[:at] + "@ " + r.email[at+1:]
		} else {
			r.email = r.email[:at] + " @" + r.email[at+1:] + " "
		}
	}
	for n, r := range rows {
		if r.email == "" {
			r.email = [...]string{"", "", "không có", "-", ""}[n%5]
		}
	}
}

func (b *builder) soilUnits(rows []*listRow) {
	inCommune := func(r *listRow) bool { return strings.HasPrefix(r.truth.Stratum, "C") && r.unit == r.truth.Unit }
	for _, r := range b.some(rows, rateNoAccents, inCommune) {
		r.unit = unaccented(r.unit)
	}
	for n, r := range b.some(rows, rateOldUnit, inCommune) {
		names := aliasesOf(r.truth.Unit)
		r.unit = names[n%len(names)]
	}
}

// aliasesOf are the ways in which old lists write a unit.
func aliasesOf(unit string) []string {
	for _, u := range units {
		if u.Name == unit && len(u.aliases) > 0 {
			return u.aliases
		}
	}
	kind, name, _ := strings.Cut(unit, " ")
	return []string{strings.ToUpper(kind[:1]) + ". " + name, unit + " (cũ)"}
}

// unaccented takes the accents off and keeps the capitals.
func unaccented(s string) string {
	folded := []rune(fold(s))
	for i, r := range []rune(norm.NFC.String(s)) {
		if strings.ToLower(string(r)) != string(r) {
			folded[i] = []rune(strings.ToUpper(string(folded[i])))[0]
		}
	}
	return string(folded)
}
