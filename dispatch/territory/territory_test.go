package territory_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
	"canvass/dispatch/territory"
)

// listed is one of the files of the story of units: the invented province.
func listed(t testing.TB, file string) []territory.Listed {
	t.Helper()
	archive, err := txtar.ParseFile("../../cmd/canvass/testdata/story/units.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if f.Name == file {
			return read(t, string(f.Data))
		}
	}
	t.Fatalf("the story has no %s", file)
	return nil
}

func read(t testing.TB, csv string) []territory.Listed {
	t.Helper()
	list, err := territory.Read(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// province is Lam Xuyên of today, with what it was before.
func province(t testing.TB) survey.Territory {
	t.Helper()
	former := survey.UnitSet{Version: "2020", ValidFrom: date(2020, 1, 1), Units: territory.Units(listed(t, "units-2020.csv"))}
	list := listed(t, "units-2025.csv")
	successions, err := territory.Crosswalk(former, "2025", list)
	if err != nil {
		t.Fatal(err)
	}
	return survey.Territory{Successions: successions, Sets: []survey.UnitSet{
		{Version: "2025", ValidFrom: date(2025, 7, 1), Units: territory.Units(list)}, former}}
}

func build(t testing.TB, sets survey.Territory) *territory.Tree {
	t.Helper()
	tree, err := territory.Build(sets)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// today is Lam Xuyên without a past.
func today(t testing.TB) *territory.Tree {
	return build(t, survey.Territory{Sets: province(t).Sets[:1]})
}

// plainly takes the accents off, by other means than the package's.
func plainly(s string) string {
	return strings.NewReplacer("đ", "d", "Đ", "D").Replace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

func TestMatch(t *testing.T) {
	t.Parallel()
	both, alone := build(t, province(t)), today(t)
	for _, tc := range []struct {
		text string
		want territory.Outcome
		code string // or the codes of the candidates
		now  bool   // the versions of today only
	}{
		{text: "LX-10", want: territory.Matched, code: "LX-10"},
		{text: " lx-10 ", want: territory.Matched, code: "LX-10"},
		{text: "xã Vân Trạch", want: territory.Matched, code: "LX-10"},
		{text: "XÃ VÂN TRẠCH", want: territory.Matched, code: "LX-10"},
		{text: "Xã  Vân Trạch", want: territory.Matched, code: "LX-10"},
		{text: norm.NFD.String("Xã Vân Trạch"), want: territory.Matched, code: "LX-10"},
		{text: "X. Vân Trạch", want: territory.Matched, code: "LX-10"},
		{text: "X.Vân Trạch", want: territory.Matched, code: "LX-10"},
		{text: "x vân trạch", want: territory.Matched, code: "LX-10"},
		{text: "Vân Trạch", want: territory.Matched, code: "LX-10"},
		{text: "Hoà Khuê", want: territory.Matched, code: "LX-14"},
		{text: "Hòa Khuê", want: territory.Matched, code: "LX-14"},
		{text: "xã Hoà Khê", want: territory.Matched, code: "LX-14"},
		{text: "phường Hòa Khê", want: territory.Ambiguous, code: "LX-14"},
		{text: "Hòa Khê", want: territory.Matched, code: "LX-14"},
		{text: "P. Ngã 3 Sim", want: territory.Matched, code: "LX-18"},
		{text: "P.Ngã 3 Sim", want: territory.Matched, code: "LX-18"},
		{text: "Ngã 3 Sim", want: territory.Matched, code: "LX-18"},
		{text: "Nga 3 Sim", want: territory.Ambiguous, code: "LX-18"},
		{text: "Ngã Tư Sim", want: territory.Unknown},
		{text: "TP Lam Phố (cũ)", want: territory.Matched, code: "LX-01"},
		{text: "LAM PHO", want: territory.Matched, code: "LX-01"},
		{text: "lam pho", want: territory.Matched, code: "LX-01"},
		{text: "Phường Lam Bắc (TP cũ)", want: territory.Matched, code: "LX-02"},
		{text: "P. Lam Bắc, TP Lam Phố", want: territory.Matched, code: "LX-02"},
		{text: "Lam Xuyên", want: territory.Matched, code: "LX"},

		// Formerly.
		{text: "TT Cửa Lãng", want: territory.Renamed, code: "LX-06"},
		{text: "TT. Cửa Lãng (cũ)", want: territory.Renamed, code: "LX-06"},
		{text: "thị trấn Ngã Ba Sim", want: territory.Renamed, code: "LX-18"},
		{text: "98302", want: territory.Renamed, code: "LX-18"},
		{text: "xã Bãi Triền", want: territory.Renamed, code: "LX-07"},
		{text: "Bãi Triền, Lam Hải", want: territory.Renamed, code: "LX-07"},
		{text: "xã Ngao Triền", want: territory.Ambiguous, code: "LX-07 LX-08"},
		{text: "xã Ngao Triền (nay là xã Bãi Ngao)", want: territory.Renamed, code: "LX-08"},
		{text: "xã Đồi Sim", want: territory.Unknown},
		{text: "huyện Lam Hải", want: territory.Ambiguous, code: "LX-06 LX-07 LX-08"},

		// Of several parts.
		{text: "Xã Bãi Ngao - H. Lam Hải (cũ)", want: territory.Matched, code: "LX-08"},
		{text: "Xã Bãi Ngao - H. Lam Hải (cũ)", want: territory.Matched, code: "LX-08", now: true},
		{text: "Bãi Ngao, Lam Hải", want: territory.Matched, code: "LX-08"},
		{text: "Bãi Ngao, Lam Hải", want: territory.Ambiguous, code: "LX-08 LX-09", now: true},
		{text: "xã Bãi Ngao, huyện Lam Hải, tỉnh Lam Xuyên", want: territory.Matched, code: "LX-08"},
		{text: "xã Bãi Ngao, huyện Không Biết", want: territory.Matched, code: "LX-08"},
		{text: "xã Bãi Ngao, huyện Trung Khê", want: territory.Ambiguous, code: "LX-08 LX-17 LX-18 LX-19 LX-20"},
		{text: "xã Bãi Ngao, xã Vân Trạch", want: territory.Ambiguous, code: "LX-08 LX-10"},
		{text: "LX-08 - xã Bãi Ngao", want: territory.Matched, code: "LX-08"},
		{text: "LX-08 - xã Hạ Tràng", want: territory.Ambiguous, code: "LX-08 LX-13"},
		{text: "xã Hạ Tràng (LX-13)", want: territory.Matched, code: "LX-13"},

		{text: "huyện Lam Hải, xã Bãi Ngao", want: territory.Matched, code: "LX-08"},
		{text: "Tỉnh Lam Xuyên – H. Lam Hải – TT Cửa Lãng", want: territory.Renamed, code: "LX-06"},
		{text: "Lam Hải, Bãi Ngao", want: territory.Matched, code: "LX-08"},
		{text: "huyện Lam Hải, tỉnh Lam Xuyên", want: territory.Ambiguous, code: "LX-06 LX-07 LX-08"},
		{text: "xã Ngao Triền, huyện Lam Hải", want: territory.Ambiguous, code: "LX-07 LX-08"},

		// A name that was another place's before.
		{text: "xã Cẩm Trạch", want: territory.Ambiguous, code: "LX-12 LX-19"},
		{text: "xã Cẩm Trạch", want: territory.Matched, code: "LX-12", now: true},
		{text: "xã Cẩm Trạch, huyện Trung Khê", want: territory.Renamed, code: "LX-19"},
		{text: "xã Cẩm Trạch cũ", want: territory.Renamed, code: "LX-19"},
		{text: "LX-12, xã Cẩm Trạch", want: territory.Matched, code: "LX-12"},

		// Without accents nothing is decided.
		{text: "Ha Trang", want: territory.Ambiguous, code: "LX-13 LX-17"},
		{text: "HA TRANG", want: territory.Ambiguous, code: "LX-13 LX-17"},
		{text: "Hà Tràng", want: territory.Ambiguous, code: "LX-13 LX-17"},
		{text: "xa Van Trach", want: territory.Ambiguous, code: "LX-10"},
		{text: "Xã Van Trach", want: territory.Ambiguous, code: "LX-10"},
		{text: "Xa Bai Ngao, huyen Lam Hai", want: territory.Ambiguous, code: "LX-08"},
		{text: "thi tran Cua Lang", want: territory.Ambiguous, code: "LX-06"},
		{text: "phường Vân Trạch", want: territory.Ambiguous, code: "LX-10"}, // not of that kind

		{text: "Sở Nội vụ", want: territory.Unknown},
		{text: "Sở Nội vụ, phường Lam Phố", want: territory.Unknown},
		{text: "xã", want: territory.Unknown},
		{text: "", want: territory.Blank},
		{text: " – ", want: territory.Blank},
	} {
		tree := both
		if tc.now {
			tree = alone
		}
		m := tree.Match(tc.text)
		got := m.Code
		if m.Outcome == territory.Ambiguous {
			got = codes(m.Candidates)
		}
		if m.Outcome != tc.want || got != tc.code {
			t.Errorf("%q (%s): %+v, want %s %s", tc.text, tree.Version(), m, tc.want, tc.code)
		}
		if (m.From != "") != (m.Outcome == territory.Renamed) || (m.Name != "") != m.Tied() {
			t.Errorf("%q: %+v is not of one piece", tc.text, m)
		}
	}
}

// codes are those in the brackets of candidates.
func codes(candidates []string) string {
	var out []string
	for _, c := range candidates {
		out = append(out, strings.Trim(c[strings.LastIndex(c, "(")+1:], ")"))
	}
	return strings.Join(out, " ")
}

func TestEveryUnitMatchesByWhatNamesIt(t *testing.T) {
	t.Parallel()
	tree, matcher := today(t), territory.NewMatcher(build(t, province(t)))
	for _, u := range province(t).Sets[0].Units {
		for _, text := range append([]string{u.Code, strings.ToLower(u.Code), u.Name, strings.ToUpper(u.Name), norm.NFD.String(u.Name)}, u.Aliases...) {
			if m := tree.Match(text); m.Outcome != territory.Matched || m.Code != u.Code || m.Name != u.Name {
				t.Errorf("%q: %+v, want %s", text, m, u.Code)
			}
		}
		for range 2 {
			if m := matcher.Match(u.Code); m.Code != u.Code {
				t.Errorf("matcher, %s: %+v", u.Code, m)
			}
		}
	}
}

func TestNoNameWithoutItsAccentsIsEverMatched(t *testing.T) {
	t.Parallel()
	tree := build(t, province(t))
	asked := 0
	for _, set := range province(t).Sets {
		for _, u := range set.Units {
			_, bare, _ := strings.Cut(u.Name, " ")
			for _, text := range append([]string{u.Name, bare}, u.Aliases...) {
				if plain := plainly(text); plain != text && plain != "Lam Pho" { // which is an alias
					asked++
					if m := tree.Match(plain); m.Tied() {
						t.Errorf("%q: %+v", plain, m)
					}
				}
			}
		}
	}
	if asked < 80 {
		t.Errorf("only %d names were tried", asked)
	}
}

func TestAPlainNameOfItsOwnCountsIfNoOtherIsLikeIt(t *testing.T) {
	t.Parallel()
	units := []survey.Unit{{Code: "1", Name: "xã Ba Sao"}, {Code: "2", Name: "xã Tân Lập", Aliases: []string{"Tan Lap"}}}
	one := survey.Territory{Sets: []survey.UnitSet{{Version: "1", Units: units}}}
	tree := build(t, one)
	for text, code := range map[string]string{"Ba Sao": "1", "ba sao": "1", "xã Ba Sao": "1", "Tan Lap": "2"} {
		if m := tree.Match(text); m.Outcome != territory.Matched || m.Code != code {
			t.Errorf("%q: %+v, want %s", text, m, code)
		}
	}
	one.Sets[0].Units = append(units, survey.Unit{Code: "3", Name: "xã Bá Sáo"}, survey.Unit{Code: "4", Name: "xã Tàn Lấp"})
	tree = build(t, one)
	for text, want := range map[string]string{"Ba Sao": "1 3", "Tan Lap": "2 4"} {
		if m := tree.Match(text); m.Outcome != territory.Ambiguous || codes(m.Candidates) != want {
			t.Errorf("%q: %+v, want %s", text, m, want)
		}
	}
	if m := tree.Match("xã Ba Sao"); m.Code != "1" { // there is an accent: accents decide
		t.Errorf("xã Ba Sao: %+v", m)
	}
}

func TestNamesakesAreToldApartByWhatTheyAreAPartOf(t *testing.T) {
	t.Parallel()
	tree := build(t, survey.Territory{Sets: []survey.UnitSet{{Version: "1", Units: []survey.Unit{
		{Code: "A", Name: "huyện Lam Sơn"}, {Code: "B", Name: "huyện Lam Thủy"},
		{Code: "A1", Name: "xã Tân Lập", Parent: "A"}, {Code: "B1", Name: "xã Tân Lập", Parent: "B"}, {Code: "B2", Name: "thị trấn Tân Lập", Parent: "B"},
	}}}})
	for text, want := range map[string]string{"xã Tân Lập": "A1 B1", "Tân Lập": "A1 B1 B2", "Tân Lập, Lam Thuỷ": "B1 B2"} {
		if m := tree.Match(text); m.Outcome != territory.Ambiguous || codes(m.Candidates) != want {
			t.Errorf("%q: %+v, want %s", text, m, want)
		}
	}
	if m := tree.Match("xã Tân Lập, H.Lam Thuỷ"); m.Code != "B1" || m.Outcome != territory.Matched {
		t.Errorf("%+v", m)
	}
}

func TestAnAliasSettlesWhatFormerNamesakesLeaveOpen(t *testing.T) {
	t.Parallel()
	all := province(t)
	for i, u := range all.Sets[0].Units {
		if u.Code == "LX-12" {
			all.Sets[0].Units[i].Aliases = []string{"xã Cẩm Trạch"}
		}
	}
	if m := build(t, all).Match("xã Cẩm Trạch"); m.Code != "LX-12" || m.Outcome != territory.Matched {
		t.Errorf("%+v", m)
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	all := province(t)
	all.Sets = append(all.Sets, survey.UnitSet{Version: "2010", ValidFrom: date(2010, 1, 1), Units: []survey.Unit{
		{Code: "98302", Name: "thị trấn Ngã Ba Sim"}, {Code: "old", Name: "xã Bãi Cát"}, {Code: "gone", Name: "xã Bãi Cồn"}}})
	all.Successions = append(all.Successions, survey.UnitSuccession{FromVersion: "2010", FromCode: "old", ToVersion: "2020", ToCode: "98102"})
	tree := build(t, all)
	for code, want := range map[string]string{"lx-01": "LX-01", "98302": "LX-18", "OLD": "LX-08", "gone": "", "98104": "", "981": "", "": ""} {
		if got, ok := tree.Follow(code); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", code, got, ok, want)
		}
	}
	if m := tree.Match("xã Bãi Cát"); m.Outcome != territory.Renamed || m.Code != "LX-08" || m.From != "xã Bãi Cát" {
		t.Errorf("over two versions: %+v", m)
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	one := func(units ...survey.Unit) survey.Territory {
		return survey.Territory{Sets: []survey.UnitSet{{Version: "v", Units: units}}}
	}
	two := func(s survey.UnitSuccession) survey.Territory {
		u := []survey.Unit{{Code: "1", Name: "xã A"}}
		return survey.Territory{Sets: []survey.UnitSet{{Version: "v", Units: u}, {Version: "w", ValidFrom: date(2025, 7, 1), Units: u}},
			Successions: []survey.UnitSuccession{s}}
	}
	for _, tc := range []struct {
		what, value string
		in          survey.Territory
	}{
		{"missing", "mã/code", one(survey.Unit{Name: "xã A"})},
		{"missing", "tên/name", one(survey.Unit{Code: "1", Name: " - "})},
		{"long", strings.Repeat("a", 201), one(survey.Unit{Code: "1", Name: strings.Repeat("a", 201)})},
		{"twice", "a", one(survey.Unit{Code: "A", Name: "xã A"}, survey.Unit{Code: "a", Name: "xã B"})},
		{"parent", "2", one(survey.Unit{Code: "1", Name: "xã A", Parent: "2"})},
		{"loop", "1", one(survey.Unit{Code: "1", Name: "xã A", Parent: "1"})},
		{"loop", "2", one(survey.Unit{Code: "2", Name: "xã A", Parent: "3"}, survey.Unit{Code: "3", Name: "xã B", Parent: "2"}, survey.Unit{Code: "4", Name: "xã C", Parent: "2"})},
		{"alias", "Lam Hải", one(survey.Unit{Code: "1", Name: "xã A", Aliases: []string{"Lam Hải"}}, survey.Unit{Code: "2", Name: "xã Lam Hải"})},
		{"alias", "2", one(survey.Unit{Code: "1", Name: "xã A", Aliases: []string{"2"}}, survey.Unit{Code: "2", Name: "xã B"})},
		{"twice", "v", survey.Territory{Sets: []survey.UnitSet{{Version: "v"}, {Version: "v"}}}},
		{"former", "9", two(survey.UnitSuccession{FromVersion: "v", FromCode: "9", ToVersion: "w", ToCode: "1"})},
		{"former", "8", two(survey.UnitSuccession{FromVersion: "v", FromCode: "1", ToVersion: "w", ToCode: "8"})},
		{"backwards", "w", two(survey.UnitSuccession{FromVersion: "w", FromCode: "1", ToVersion: "v", ToCode: "1"})},
	} {
		_, err := territory.Build(tc.in)
		if got := first(t, err); got.Args[tc.what] != tc.value {
			t.Errorf("%s %q: %v", tc.what, tc.value, err)
		}
	}
}

// first is the first of joined errors, all of which must be about units.
func first(t *testing.T, err error) *survey.Error {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("%v is not joined errors", err)
	}
	for _, e := range joined.Unwrap() {
		if survey.CodeOf(e) != survey.CodeUnitInvalid {
			t.Errorf("%v", e)
		}
	}
	return joined.Unwrap()[0].(*survey.Error)
}

func TestAMatcherMayBeUsedByManyAtOnce(t *testing.T) {
	t.Parallel()
	m := territory.NewMatcher(today(t))
	done := make(chan territory.Match)
	for range 8 {
		go func() {
			m.Match(strings.Repeat("dài ", 500))
			done <- m.Match("xã Vân Trạch")
		}()
	}
	for range 8 {
		if got := <-done; got.Code != "LX-10" {
			t.Errorf("%+v", got)
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, s := range []string{"Xã Bãi Ngao - H. Lam Hải (cũ)", "P1", "xã Ngao Triền (nay là xã Bãi Ngao)", "(cũ)", "nay là", "thuộc , cũ", "q9 \x00", "\xff", "Hạ\u0323 Tràng"} {
		f.Add(s)
	}
	tree := build(f, province(f))
	known := map[string]bool{}
	for _, u := range province(f).Sets[0].Units {
		known[u.Code] = true
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := tree.Match(text)
		if m.Tied() != known[m.Code] || len(m.Candidates) > 5 || (m.Outcome == territory.Ambiguous) != (len(m.Candidates) > 0) {
			t.Errorf("%q: %+v", text, m)
		}
		if !utf8.ValidString(text) || len(text) > 200 || !strings.EqualFold(strings.ToLower(text), strings.ToUpper(text)) {
			return
		}
		if again := tree.Match(strings.ToUpper(norm.NFD.String(text))); again.Code != m.Code {
			t.Errorf("%q: %+v, in capitals %+v", text, m, again)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	tree := build(b, province(b))
	for _, text := range []string{"xã Vân Trạch", "Xã Bãi Ngao - H. Lam Hải (cũ)", "Sở Nội vụ"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				tree.Match(text)
			}
		})
	}
}
