package contactlist

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"canvass/dispatch/survey"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// The names of the invented province, as its list of names has them.
const (
	families = `Nguyễn Trần Lê Phạm Phan Hoàng Võ Đặng Hồ Bùi Trương Ngô Đỗ Dương Vũ Đinh Cao Huỳnh Đoàn Hà Mai Trịnh Đào Lương Thái Lưu Tạ Phùng Chu Tô Đàm Kiều Tống Lâm Từ
		Tôn Quách Khuất Uông Âu Ông Đồng Vi Lô Lữ Kha Quang Moong`
	middles = `Văn Xuân Đình Đức Hữu Bá Sỹ Quang Ngọc Thanh Minh Anh Quốc Hoàng Công Gia Tuấn Nhật Thị Thu Kim Hồng Bích Phương Khánh Thùy Hà`
	givens  = `Hùng Dũng Sơn Bình Thành Minh Hải Long Thắng Hòa Quang Lâm Xuân Tâm Lợi Cừ Lớn Tư Ngự Tuấn Cường Nam Trung Huy Hiếu Tùng Quân Công Đạt Anh Đức Hoàng Khánh Phúc
		Phong Việt Khang Hoa Lan Hương Hồng Nga Thủy Liên Loan Thanh Vân Hạnh Mai Tuyết Nhung Sáu Hà Hằng Thảo Phương Hiền Trang Yến Dung Oanh Huyền Sim Linh Ngọc Quỳnh Uyên Ngân Vy My Nhi
		Ánh Ý Ưng Út Ước Ái Đạo Mùa Thúy Hoà Thuý Quý Ổn Ẩn Ẩm`
	units = `phường Lam Phố|P. Lam Phố|phường Lam Bắc|phường Lam Thượng|phường Xuyên Thành|phường Tràng Lĩnh|phường Cửa Lãng|xã Hải Triền|xã Bãi Ngao|xã Lam Hải|xã Vân Trạch|
		xã Quỳnh Trạch|xã Cẩm Trạch|xã Hạ Tràng|xã Hòa Khuê|Hoà Khuê|xã Phú Khuê|xã Xuyên An|xã Hà Trạng|phường Ngã Ba Sim|xã Trung Khê|xã Gò Sỏi|xã Đồi Mít|xã Mường Lặng|xã Nà Khoang|
		xã Suối Rè|Sở Tài chính|UBND xã Gò Sỏi|Ủy ban MTTQ tỉnh|HĐND phường Lam Phố|Ban Tuyên giáo Tỉnh ủy|TP Lam Phố (cũ)|Thị trấn Ngã Ba Sim`
)

// people yields names of two to four words.
func people(yield func(string) bool) {
	middle, given := strings.Fields(middles), strings.Fields(givens)
	n := 0
	for _, f := range strings.Fields(families) {
		for _, g := range given {
			n++
			m := middle[n%len(middle)]
			for _, name := range [...]string{f + " " + g, f + " " + m + " " + g, f + " " + m + " " + given[n*7%len(given)] + " " + g} {
				if !yield(name) {
					return
				}
			}
		}
	}
}

func unitNames() []string {
	var names []string
	for u := range strings.SplitSeq(units, "|") {
		names = append(names, strings.TrimSpace(u))
	}
	return names
}

// toTCVN3 types text with a font .VnTime: capitals with a tone as small letters.
func toTCVN3(s string) string {
	codes := map[rune]rune{}
	for code, r := range tcvn3 {
		codes[r] = code
	}
	return strings.Map(func(r rune) rune {
		if code, ok := codes[r]; ok {
			return code
		}
		if code, ok := codes[unicode.ToLower(r)]; ok {
			return code
		}
		return r
	}, s)
}

// toVNI types text with a font VNI-Times.
func toVNI(s string) string {
	codes := map[rune]string{}
	for code, r := range vniSingles {
		codes[r] = string(code)
	}
	for pair, r := range vniPairs {
		codes[r] = string(pair[0]) + string(pair[1])
	}
	var b strings.Builder
	for _, r := range s {
		code, ok := codes[unicode.ToLower(r)]
		switch {
		case !ok:
			b.WriteRune(r)
		case unicode.IsUpper(r):
			b.WriteString(strings.ToUpper(code))
		default:
			b.WriteString(code)
		}
	}
	return b.String()
}

// toWindows1258 gives the bytes that Notepad on a Vietnamese Windows writes.
func toWindows1258(t testing.TB, s string) string {
	t.Helper()
	var b strings.Builder
	for _, r := range s {
		if code, ok := charmap.Windows1258.EncodeRune(r); ok {
			b.WriteByte(code)
			continue
		}
		// The tone is a byte of its own, the letter with its hook or hat is one.
		parts := []rune(norm.NFD.String(string(r)))
		tone := parts[len(parts)-1]
		if len(parts) == 3 && strings.ContainsRune("\u0302\u0306\u031b", tone) { // ậ is a, dot below, hat
			parts[1], tone = tone, parts[1]
		}
		letter, ok1 := charmap.Windows1258.EncodeRune(firstRune(norm.NFC.String(string(parts[:len(parts)-1]))))
		mark, ok2 := charmap.Windows1258.EncodeRune(tone)
		if !ok1 || !ok2 {
			t.Fatalf("%q is not in Windows-1258", r)
		}
		b.WriteByte(letter)
		b.WriteByte(mark)
	}
	return b.String()
}

func toMojibake(s string) string { return latin1([]byte(s)) }

// toANSI gives the bytes of characters of Windows-1252.
func toANSI(t testing.TB, s string) string {
	t.Helper()
	var b strings.Builder
	for _, r := range s {
		code, ok := octet(r)
		if r < utf8.RuneSelf {
			code, ok = byte(r), true
		}
		if !ok {
			t.Fatalf("%q is not in Windows-1252", r)
		}
		b.WriteByte(code)
	}
	return b.String()
}

// Cells without a column: what is proved is converted, what is Vietnamese or
// foreign is kept, and what could be either is asked.
func TestRule(t *testing.T) {
	t.Parallel()
	const (
		kept    = ""
		unclear = string(survey.CodeEncodingUnclear)
		refused = string(survey.CodeLegacyEncoding)
	)
	for _, c := range []struct{ in, want string }{
		// TCVN3
		{"NguyÔn V¨n Xu©n", "TCVN3: Nguyễn Văn Xuân"},
		{"NGUYÔN V¡N XU¢N", "TCVN3: NGUYỄN VĂN XUÂN"},
		{"NGUYÔN V¨N XU©N", "TCVN3: NGUYỄN VĂN XUÂN"},
		{"nguyÔn v¨n xu©n", "TCVN3: nguyễn văn xuân"},
		{"Hoµng ThÞ Lª", "TCVN3: Hoàng Thị Lê"},
		{"§ç V¨n Hïng", "TCVN3: Đỗ Văn Hùng"},
		{"TrÇn ViÖt", "TCVN3: Trần Việt"},
		{"Ph¹m ThÞ ¸nh", "TCVN3: Phạm Thị Ánh"},
		{"Lª ThÞ ý Nhi", "TCVN3: Lê Thị Ý Nhi"},
		{"D\u00ad¬ng V¨n Dòng", "TCVN3: Dương Văn Dũng"},
		{"Ph\u00adîng", "TCVN3: Phượng"},
		{"¤ng V¨n B×nh", "TCVN3: Ông Văn Bình"},
		{"Bïi H÷u TuÊn", "TCVN3: Bùi Hữu Tuấn"},
		{"TrÇn §×nh C\u00adêng", "TCVN3: Trần Đình Cường"},
		{"N.V. H¶i", "TCVN3: N.V. Hải"},
		{"§/c Lª Hµ", "TCVN3: Đ/c Lê Hà"},
		{"Hä vµ tªn", "TCVN3: Họ và tên"},
		{"§iÖn tho¹i", "TCVN3: Điện thoại"},
		{"Sè ®iÖn tho¹i", "TCVN3: Số điện thoại"},
		{"§¬n vÞ c«ng t¸c", "TCVN3: Đơn vị công tác"},
		{"Giíi tÝnh", "TCVN3: Giới tính"},
		{"N¨m sinh", "TCVN3: Năm sinh"},
		{"x· H¹ Trµng", "TCVN3: xã Hạ Tràng"},
		{"ph\u00adêng Lam Phè", "TCVN3: phường Lam Phố"},
		{"X· Quúnh Tr¹ch – H. Lam H¶i", "TCVN3: Xã Quỳnh Trạch – H. Lam Hải"},
		{"kh«ng tham gia", "TCVN3: không tham gia"},
		{"®· nghØ h\u00adu 8/25", "TCVN3: đã nghỉ hưu 8/25"},
		{"Tæng céng: 12 ng\u00adêi", "TCVN3: Tổng cộng: 12 người"},
		{"TR\u00ad¥NG V¡N TH¾NG", "TCVN3: TRƯƠNG VĂN THẮNG"},
		{"H§ND x·", "TCVN3: HĐND xã"},

		// VNI
		{"Nguyeãn Vaên Xuaân", "VNI: Nguyễn Văn Xuân"},
		{"NGUYEÃN VAÊN XUAÂN", "VNI: NGUYỄN VĂN XUÂN"},
		{"Leâ Thò Haø", "VNI: Lê Thị Hà"},
		{"Ñoã Thò Möôøi", "VNI: Đỗ Thị Mười"},
		{"Traàn Vieät", "VNI: Trần Việt"},
		{"Hoï vaø teân", "VNI: Họ và tên"},
		{"Ñieän thoaïi", "VNI: Điện thoại"},
		{"Ñôn vò coâng taùc", "VNI: Đơn vị công tác"},
		{"Giôùi tính", "VNI: Giới tính"},
		{"Naêm sinh", "VNI: Năm sinh"},
		{"phöôøng Lam Phoá", "VNI: phường Lam Phố"},
		{"xaõ Haï Traøng", "VNI: xã Hạ Tràng"},
		{"Löu Höõu Phöôùc", "VNI: Lưu Hữu Phước"},
		{"Trònh Thuùy Haèng", "VNI: Trịnh Thúy Hằng"},
		{"ÑAËNG THÒ NGÖÏ", "VNI: ĐẶNG THỊ NGỰ"},
		{"Lyù Thaùi Sôn", "VNI: Lý Thái Sơn"},
		{"khoâng tham gia", "VNI: không tham gia"},
		{"Nguyeãn Thæ Vyõ", "VNI: Nguyễn Thỉ Vỹ"},

		// UTF-8 that was read as Latin-1, once and twice
		{"Nguyá»…n VÄƒn XuÃ¢n", "UTF-8/Latin-1: Nguyễn Văn Xuân"},
		{toMojibake("Nguyễn Văn Xuân"), "UTF-8/Latin-1: Nguyễn Văn Xuân"},
		{toMojibake(toMojibake("Đỗ Thị Ngự")), "UTF-8/Latin-1: Đỗ Thị Ngự"},
		{toMojibake("Lê Hà"), "UTF-8/Latin-1: Lê Hà"},
		{toMojibake("Đặng Ánh"), "UTF-8/Latin-1: Đặng Ánh"},
		{toMojibake(norm.NFD.String("Trần Tuấn")), "UTF-8/Latin-1: Trần Tuấn"},
		{toMojibake("phường Cửa Lãng"), "UTF-8/Latin-1: phường Cửa Lãng"},
		{toMojibake("Họ và tên"), "UTF-8/Latin-1: Họ và tên"},
		{"MÃ¼ller", "UTF-8/Latin-1: Müller"},

		// Windows-1258 that was read as Windows-1252
		{latin1([]byte(toWindows1258(t, "Nguyễn Tuấn Anh"))), "Windows-1258: Nguyễn Tuấn Anh"},
		{latin1([]byte(toWindows1258(t, "Đỗ Thị Sơn"))), "Windows-1258: Đỗ Thị Sơn"},

		// Unicode stays as it is
		{"Nguyễn Văn Xuân", kept},
		{norm.NFD.String("Nguyễn Văn Xuân"), kept},
		{"Lê Hà", kept},
		{"Dòng", kept},
		{"Phúc", kept},
		{"Tõ", kept},
		{"Thò", kept},
		{"Hoàng", kept},
		{"Hòa", kept},
		{"Hoà", kept},
		{"Thuý", kept},
		{"Qúy", kept},
		{"Ông", kept},
		{"xã Hòa Khuê", kept},
		{"Ðặng Thị Hoa", kept},
		{"H'Hen Niê", kept},
		{"Y-Bhăm Êban", kept},
		{"K'Păh Blôi", kept},
		{"Moong Thị Quý", kept},
		{"Đ. V. Âu", kept},
		{"Nguyễn Văn Xuân", kept},
		{"“Lê Hà” – tổ 5", kept},
		{"5.000 đ", kept},
		{"Điều 5 § 3 «a»", kept},
		{"2½ ha, 3×4 m, 30 °C", kept},
		{"Vinamilk® Hòa Bình", kept},
		{"5 µm", kept},

		// foreign names stay, too
		{"Müller", kept},
		{"José", kept},
		{"Françoise", kept},
		{"Zoë", kept},
		{"Noël Dupré", kept},
		{"Günther Größ", kept},
		{"Søren Kierkegård", kept},
		{"Chloé Thérèse", kept},
		{"Núñez", kept},
		{"Weiß", kept},
		{"Ľubomír Dvořák", kept},
		{"Мария", kept},
		{"李小龍", kept},
		{"Đặng Müller", kept},

		// could be either
		{"Bïi Thu", unclear}, // Bùi in TCVN3, or one foreign letter
		{"Loïc", unclear},    // a Frenchman, or Lọc in VNI
		{"Vâ Lan", unclear},  // Võ in TCVN3; no word in Unicode

		// spoilt
		{"Nguy\ufffdn", refused},
		{"Nguy\xffn", refused},
		{"NguyÔn Văn", refused}, // half and half
		{"Y Bh¨m", refused},
		{"Ng¹yÔx", refused},
		{"Nguyá»?n", refused},
	} {
		r := new(evidence).rule(c.in)
		got := string(r.code)
		if r.code == survey.CodeEncodingConverted {
			got = r.font + ": " + r.text
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

// learnt returns the evidence of a column of such cells.
func learnt(cells ...string) *evidence {
	var e evidence
	for _, c := range cells {
		e.learn(c)
	}
	return &e
}

// The column decides what a cell alone does not.
func TestRuleByColumn(t *testing.T) {
	t.Parallel()
	tcvn := learnt("NguyÔn V¨n Xu©n", "Dòng", "Ký")
	vni := learnt("Nguyeãn Vaên Xuaân", "Thò")
	plain := learnt("Nguyễn Văn Xuân", "Lê Hà")
	mixed := learnt("NguyÔn V¨n Xu©n", "Nguyễn Văn Xuân")
	both := learnt("NguyÔn V¨n Xu©n", "Nguyeãn Vaên Xuaân")
	slips := learnt(latin1([]byte(toWindows1258(t, "Nguyễn Tuấn"))))
	const unclear, refused = string(survey.CodeEncodingUnclear), string(survey.CodeLegacyEncoding)
	for _, c := range []struct {
		name     string
		e        *evidence
		in, want string
	}{
		{"tcvn3", tcvn, "Dòng", "Dũng"},
		{"tcvn3", tcvn, "Lín", "Lớn"},
		{"tcvn3", tcvn, "TP Lam Phè (cò)", "TP Lam Phố (cũ)"},
		{"tcvn3", tcvn, "Ngù", "Ngự"},
		{"tcvn3", tcvn, "Bïi Thu", "Bùi Thu"},
		{"tcvn3", tcvn, "Vâ Lan", "Võ Lan"},
		{"tcvn3", tcvn, "Hµ", "Hà"},
		{"tcvn3", tcvn, "T\u00ad", "Tư"},
		{"tcvn3", tcvn, "Lª", "Lê"},
		{"tcvn3", tcvn, "Ký", ""},
		{"tcvn3", tcvn, "Hà", ""}, // à has no place in TCVN3
		{"tcvn3", tcvn, "Đỗ Lê", ""},
		{"tcvn3", tcvn, "Müller", ""},
		{"tcvn3", tcvn, "Niª Y", refused},
		{"vni", vni, "Thò", "Thị"},
		{"vni", vni, "Sôn", "Sơn"},
		{"vni", vni, "Hoàng", "Hồng"},
		{"vni", vni, "Hoï", "Họ"},
		{"vni", vni, "Bích", ""},
		{"unicode", plain, "Dòng", ""},
		{"unicode", plain, "Vâ Lan", ""}, // a slip for Vân
		{"unicode", plain, "Müller", ""},
		{"unicode", plain, "Bïi Thu", unclear},
		{"unicode", plain, "Hoµng ThÞ Lª", "Hoàng Thị Lê"},
		{"mixed", mixed, "Dòng", unclear},
		{"mixed", mixed, "Phan Dòng", unclear},
		{"mixed", mixed, "Lê Hùng", ""}, // nobody is called Lờ Hựng
		{"mixed", mixed, "xã Hòa Khuê", ""},
		{"mixed", mixed, "Trần Dòng", ""}, // no font has ầ
		{"mixed", mixed, "Bïi Thu", "Bùi Thu"},
		{"mixed", mixed, "Vâ Lan", unclear},
		{"mixed", mixed, "Müller", ""},
		{"two fonts", both, "Töï Höng", "Tự Hưng"},
		{"two fonts", both, "Hö", unclear}, // Hử or Hư
		{"slips", slips, latin1([]byte(toWindows1258(t, "Đỗ Thị Sơn"))), "Đỗ Thị Sơn"},
	} {
		r := c.e.rule(c.in)
		got := string(r.code)
		if r.code == survey.CodeEncodingConverted {
			got = r.text
		}
		if got != c.want {
			t.Errorf("%s: %q: %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

// Every name comes back from every encoding, in a column of its like.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, way := range []struct {
		from  string
		typed func(string) string
	}{
		{"TCVN3", toTCVN3},
		{"VNI", toVNI},
		{"UTF-8/Latin-1", toMojibake},
		{"Windows-1258", func(s string) string { return latin1([]byte(toWindows1258(t, s))) }},
	} {
		column := learnt(way.typed("Nguyễn Tuấn"), way.typed("Đặng Việt Dũng"))
		check := func(name string) {
			typed := way.typed(name)
			r := column.rule(typed)
			if typed == name {
				if r.code != "" {
					t.Errorf("%s: %q is the same in both: %v", way.from, name, r)
				}
				return
			}
			// With two short words TCVN3 does not show that they are capitals.
			same := r.text == name || way.from == "TCVN3" && titleCase(r.text) == titleCase(name) && !isShouted(strings.Map(latinOnly, typed))
			if r.code != survey.CodeEncodingConverted || r.font != way.from || !same {
				t.Errorf("%s: %q is %q: %v", way.from, name, typed, r)
			}
		}
		for name := range people {
			check(name)
			check(strings.ToUpper(name))
		}
		for _, u := range unitNames() {
			check(u)
		}
	}
}

// What is proper in Unicode is never changed: neither alone nor beside text of
// a font, if the column has Unicode, too.
func TestUnicodeStays(t *testing.T) {
	t.Parallel()
	columns := map[string]*evidence{
		"none":    {},
		"unicode": learnt("Nguyễn Văn Xuân"),
		"mixed":   learnt("Nguyễn Văn Xuân", "NguyÔn V¨n Xu©n", "Nguyeãn Vaên"),
	}
	asked, n := 0, 0
	check := func(name string) {
		if !isVietnamese(name) {
			t.Errorf("%q is no Vietnamese", name)
		}
		for kind, e := range columns {
			for _, s := range []string{name, strings.ToUpper(name), strings.ToLower(name), norm.NFD.String(name)} {
				r := e.rule(s)
				if r.code == "" {
					continue
				}
				if kind != "mixed" || r.code != survey.CodeEncodingUnclear {
					t.Errorf("%q in a column of %s: %v", s, kind, r)
				}
				asked++
			}
		}
		n += 4
	}
	for name := range people {
		check(name)
	}
	for _, u := range unitNames() {
		check(u)
	}
	if asked > n/20 {
		t.Errorf("%d of %d names are asked in a mixed column", asked, n)
	}
}

// latinOnly drops what is beyond ASCII.
func latinOnly(r rune) rune {
	if r >= utf8.RuneSelf {
		return -1
	}
	return r
}

func TestParseNameForeign(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"Müller", "José", "Françoise", "Zoë", "Noël"} {
		if name, _, err := ParseName(s); err != nil || string(name) != s {
			t.Errorf("%q: %q, %v", s, string(name), err)
		}
	}
}

func FuzzRule(f *testing.F) {
	for _, s := range []string{"NguyÔn V¨n", "Leâ Thò", toMojibake("Đỗ"), "Dòng", "\xff", "Ã\u00a0", "á»", "L\u00ad", "MÃ¼ller", "a\u0300Ê", "NguyÔn\u2126", "\u0081"} {
		f.Add(s)
	}
	columns := []*evidence{{}, learnt("NguyÔn V¨n Xu©n"), learnt("Nguyeãn Vaên"), learnt("Nguyễn"), learnt("Nguyễn", "NguyÔn V¨n Xu©n", "Nguyeãn Vaên")}
	f.Fuzz(func(t *testing.T, s string) {
		for _, e := range columns {
			r := e.rule(s)
			if r.code != survey.CodeEncodingConverted {
				continue
			}
			if !utf8.ValidString(r.text) || !norm.NFC.IsNormalString(r.text) {
				t.Errorf("%q gave %q", s, r.text)
			}
			if again := new(evidence).rule(r.text); again.code == survey.CodeEncodingConverted {
				t.Errorf("%q gave %q, which gave %v", s, r.text, again)
			}
		}
	})
}

func BenchmarkRule(b *testing.B) {
	for _, c := range []struct {
		name string
		e    *evidence
		cell string
	}{
		{"unicode", learnt("Nguyễn Văn Xuân"), "Nguyễn Văn Xuân"},
		{"unicode_latin1", learnt("Nguyễn Văn Xuân"), "Hoàng Hà"},
		{"no_evidence", learnt(), "Hoàng Hà"},
		{"tcvn3", learnt("NguyÔn V¨n Xu©n"), "NguyÔn V¨n Xu©n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.e.rule(c.cell)
			}
		})
	}
}
