package respondent

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
)

var seeds = []uint64{1, 7, 2026}

func count[T any](of []T, ok func(T) bool) int {
	n := 0
	for _, x := range of {
		if ok(x) {
			n++
		}
	}
	return n
}

func TestProvinceCounts(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds {
		people := NewProvince(seed).People()
		if len(people) != 300 {
			t.Fatalf("seed %d: %d people", seed, len(people))
		}
		for _, s := range Strata() {
			here := count(people, func(p Person) bool { return p.Stratum == s.Code })
			answers := count(people, func(p Person) bool { return p.Stratum == s.Code && p.Habit.Answers() })
			if here != s.N || answers != (s.N*s.Takes+50)/100 {
				t.Errorf("seed %d, %s: %d people of whom %d answer", seed, s.Code, here, answers)
			}
		}
		for _, u := range Units() {
			if n := count(people, func(p Person) bool { return p.Unit == u.Name }); n != u.CTV {
				t.Errorf("seed %d, %s: %d people, want %d", seed, u.Code, n, u.CTV)
			}
		}
		for level, want := range map[byte][4]int{'T': {119, 116, 7, 49}, 'C': {173, 110, 7, 65}} {
			in := func(p Person) bool { return p.Stratum[0] == level }
			got := [4]int{
				count(people, func(p Person) bool { return in(p) && p.Phone() != "" }),
				count(people, func(p Person) bool { return in(p) && p.Email != "" }),
				count(people, func(p Person) bool { return in(p) && p.Bounces() }),
				count(people, func(p Person) bool { return in(p) && p.Woman }),
			}
			if got != want {
				t.Errorf("seed %d, level %c: mobile, e-mail, bounce, women %v, want %v", seed, level, got, want)
			}
		}
	}
}

func TestProvinceHabitsFit(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds {
		people := NewProvince(seed).People()
		for _, h := range Habits() {
			if count(people, func(p Person) bool { return p.Habit == h }) == 0 {
				t.Errorf("seed %d: nobody %s", seed, h)
			}
		}
		for _, p := range people {
			if p.Prefers != Web && p.Phone() == "" || p.Habit.Answers() && !p.reached() {
				t.Errorf("seed %d: person %d prefers %s and is not reached by it", seed, p.ID, p.Prefers)
			}
		}
		modes := map[Mode]bool{}
		for _, p := range people {
			if p.Habit == OptsOut {
				modes[p.Prefers] = true
			}
		}
		if len(modes) != 3 {
			t.Errorf("seed %d: people opt out by %v only", seed, modes)
		}
	}
}

var (
	safeMobile = regexp.MustCompile(`^\+84(30|31|51|95)\d{7}$`)
	safeEmail  = regexp.MustCompile(`^[a-z0-9._]+(\+[a-z]+)?@([a-z]+\.example|gmail\.con)$`)
)

func TestProvinceAddressesReachNobody(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds {
		later := 0
		for _, p := range NewProvince(seed).People() {
			for _, n := range p.Phones {
				if !safeMobile.MatchString(n) {
					t.Errorf("seed %d: person %d has a mobile that may be somebody's", seed, p.ID)
				}
				end := n[len(n)-4:]
				misbehaves := strings.HasPrefix(end, "90") || strings.HasPrefix(end, "91")
				if misbehaves && !slices.ContainsFunc(wanted, func(w misbehaviour) bool { return w.suffix == end }) {
					t.Errorf("seed %d: person %d misbehaves as %s, which nobody wanted", seed, p.ID, end)
				}
			}
			if p.Email != "" && !safeEmail.MatchString(p.Email) {
				t.Errorf("seed %d: person %d has an address that may be somebody's", seed, p.ID)
			}
			if strings.Contains(p.Email, "+late") {
				later++
			}
			if strings.HasSuffix(p.Email, ".con") && !p.Bounces() {
				t.Errorf("seed %d: person %d: a slip of the pen does not bounce", seed, p.ID)
			}
		}
		if later != 2*len(returning) {
			t.Errorf("seed %d: %d mailboxes that bounce later, want %d", seed, later, 2*len(returning))
		}
	}
}

func TestProvinceTrapsOccur(t *testing.T) {
	t.Parallel()
	people := NewProvince(7).People()
	for _, given := range []string{"Huy", "Dung", "Dũng", "Nam", "Tư", "Lớn"} {
		if count(people, func(p Person) bool { return p.Given() == given }) == 0 {
			t.Errorf("nobody is called %s", given)
		}
	}
	for _, name := range []string{"Lê Hà", "N.V. Hải", "Lô Văn Păn", "Nguyễn Thị Thu Minh Phương", "Ông Văn Bình", "Âu Thị Hạnh"} {
		if count(people, func(p Person) bool { return p.Name == name }) != 1 {
			t.Errorf("%s does not occur once", name)
		}
	}
	same, sharing := 0, map[string]int{}
	for i, p := range people {
		if norm.NFC.String(p.Name) != p.Name {
			t.Errorf("%d is not in NFC", p.ID)
		}
		if p.Phone() != "" {
			sharing[p.Phone()]++
		}
		same += count(people[:i], func(q Person) bool { return q.Name == p.Name && q.Unit == p.Unit })
	}
	if same != 1 {
		t.Errorf("%d pairs of namesakes in one unit, want 1", same)
	}
	couples := 0
	for _, n := range sharing {
		if n == 2 {
			couples++
		}
	}
	if couples != 3 {
		t.Errorf("%d couples share a number, want 3", couples)
	}
}

func TestProvinceIsDrawnBySeed(t *testing.T) {
	t.Parallel()
	write := func(seed uint64) []byte {
		var out bytes.Buffer
		if err := NewProvince(seed).WriteXLSX(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	first := write(7)
	if !bytes.Equal(first, write(7)) {
		t.Error("the same seed wrote another workbook")
	}
	if bytes.Equal(first, write(8)) {
		t.Error("another seed wrote the same workbook")
	}
	if !reflect.DeepEqual(NewProvince(7).People(), NewProvince(7).People()) {
		t.Error("the same seed drew other people")
	}
}

func TestTruthCounts(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds {
		got, reasons := map[Outcome]int{}, map[string]int{}
		for _, tr := range NewProvince(seed).Truth() {
			got[tr.Outcome]++
			if tr.Reason != "" {
				reasons[tr.Reason]++
			}
		}
		want := map[Outcome]int{Taken: 296, Unreachable: 4, Duplicate: 13, Stopped: 15, Rejected: 13}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: %v, want %v", seed, got, want)
		}
		if len(reasons) != 6 {
			t.Errorf("seed %d: reasons %v, want six of them", seed, reasons)
		}
	}
}

// open writes the workbook of a seed and opens it as a reader would.
func open(t *testing.T, seed uint64) (*Province, *excelize.File) {
	t.Helper()
	p := NewProvince(seed)
	var out bytes.Buffer
	if err := p.WriteXLSX(&out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return p, f
}

func TestWorkbookSheets(t *testing.T) {
	t.Parallel()
	_, f := open(t, 7)
	sheets := f.GetSheetList()
	if len(sheets) != 8 || sheets[0] != "Cấp tỉnh" || sheets[7] != hiddenSheet {
		t.Fatalf("sheets %v", sheets)
	}
	for i, name := range sheets {
		if visible, err := f.GetSheetVisible(name); err != nil || visible != (i < 7) {
			t.Errorf("%s visible %v, %v", name, visible, err)
		}
	}
	merged, err := f.GetMergeCells("C2 Ven biển")
	if err != nil || len(merged) < 10 {
		t.Errorf("%d merged areas, %v; titles and the header of two lines have more", len(merged), err)
	}
	rows, err := f.GetRows("C6 Miền núi")
	if err != nil {
		t.Fatal(err)
	}
	if rows[4][1] != "Họ và tên" || rows[5][1] != "Họ đệm" || rows[5][2] != "Tên" || rows[5][4] != "Nam" {
		t.Errorf("header %q %q", rows[4], rows[5])
	}
	end := rows[len(rows)-1]
	if !slices.Contains(end, "Nguyễn Thị Sim") {
		t.Errorf("the last line %q is no signature", end)
	}
}

// TestWorkbookIsDirty counts each dirt in the cells as a reader gets them.
func TestWorkbookIsDirty(t *testing.T) {
	t.Parallel()
	p, f := open(t, 7)
	got := map[string]int{}
	for _, tr := range p.Truth() {
		columns := 0
		if strings.HasPrefix(tr.Sheet, "C6") {
			columns = 1
		}
		cell := func(column int) string {
			v, err := f.GetCellValue(tr.Sheet, at(column, tr.Line), excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		name, birth, phone, email, note := cell(2), cell(3+columns), cell(10+columns), cell(11+columns), cell(12+columns)
		for dirt, found := range map[string]bool{
			"zero lost":   len(phone) == 9 && phone[0] != '0',
			"separators":  regexp.MustCompile(`^0\d{2,3}[ .-]\d{3}[ .-]\d{3,4}$`).MatchString(phone),
			"several":     strings.Contains(phone, "/"),
			"country":     strings.Contains(phone, "84") && regexp.MustCompile(`^\(?\+?84`).MatchString(phone),
			"scientific":  strings.Contains(phone, "E+"),
			"swapped":     strings.Contains(phone, "@"),
			"blanks":      strings.Contains(email, "@ ") || strings.Contains(email, " @"),
			"slip":        strings.Contains(email, "gmail.con"),
			"office":      strings.HasPrefix(strings.TrimSpace(email), "ubnd"),
			"no e-mail":   !strings.ContainsAny(email, "@0123456789"),
			"capitals":    name == strings.ToUpper(name) && len(name) > 4,
			"double":      strings.Contains(name, "  "),
			"hard blank":  strings.Contains(name, nbsp),
			"NFD":         norm.NFC.String(name) != name,
			"title":       regexp.MustCompile(`^(Bà|Đ/c|Ông) `).MatchString(name),
			"tone":        newTone.Replace(tr.Name) == tr.Name && regexp.MustCompile(`(oà|oá|uỷ|uý)( |$)`).MatchString(tr.Name),
			"date":        strings.Contains(birth, "/"),
			"two digits":  len(birth) == 2,
			"stopped":     strings.Contains(fold(note), "ngung nhan"),
			"old unit":    strings.Contains(cell(6+columns), "(cũ)"),
			"no accents":  fold(cell(6+columns)) == strings.ToLower(cell(6+columns)) && tr.Stratum[0] == 'C',
			"wrong sex x": cell(4+columns) == cell(5+columns) || (cell(5+columns) == "x") != tr.Woman,
		} {
			if found {
				got[dirt]++
			}
		}
	}
	// Of 341 rows, of which 313 are soiled by rate.
	for dirt, want := range map[string][2]int{
		"zero lost": {70, 76}, "separators": {66, 85}, "several": {15, 15}, "country": {12, 14}, "scientific": {3, 3}, "swapped": {3, 3},
		"blanks": {12, 13}, "slip": {9, 10}, "office": {18, 20}, "no e-mail": {75, 120}, "capitals": {50, 62}, "double": {12, 16},
		"hard blank": {12, 16}, "NFD": {12, 16}, "title": {20, 24}, "tone": {2, 30}, "date": {12, 14}, "two digits": {12, 13},
		"stopped": {15, 15}, "old unit": {20, 60}, "no accents": {15, 30}, "wrong sex x": {0, 0},
	} {
		if n := got[dirt]; n < want[0] || n > want[1] {
			t.Errorf("%s in %d rows, want %v", dirt, n, want)
		}
	}
}

func TestRealNumbersAreSilent(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds {
		for _, tr := range NewProvince(seed).Truth() {
			for _, n := range tr.Phones {
				if !safeMobile.MatchString(n) && tr.Outcome != Stopped {
					t.Errorf("seed %d, %s!%d: a number of a real range is not marked as stopped", seed, tr.Sheet, tr.Line)
				}
			}
		}
	}
}
