package smstext

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const invitation = "Mời ông/bà trả lời khảo sát: 1=Hài lòng, 2=Bình thường, 3=Không hài lòng. Soạn HUY để dừng."

// The vectors of providers.md E3, by number.
func TestCountVectors(t *testing.T) {
	t.Parallel()
	digits := func(n int) string { return strings.Repeat("1234567890", n/10+1)[:n] }
	a := func(n int) string { return strings.Repeat("a", n) }
	type vector struct {
		name, text string
		want       Size
	}
	vectors := []vector{
		{"1", digits(160), Size{GSM7, 160, 1}},
		{"2", digits(161), Size{GSM7, 161, 2}},
		{"3", digits(307), Size{GSM7, 307, 3}},
		{"4", "😜" + a(68), Size{UCS2, 70, 1}},
		{"5", "😜" + a(69), Size{UCS2, 71, 2}},
		{"6", "😜" + a(133), Size{UCS2, 135, 3}},
		{"7", "🇮🇹" + a(66), Size{UCS2, 70, 1}},
		{"8", "🇮🇹" + a(67), Size{UCS2, 71, 2}},
		{"9", "🏳️‍🌈" + a(64), Size{UCS2, 70, 1}},
		{"10", "🏳️‍🌈" + a(65), Size{UCS2, 71, 2}},
		{"15", "😀" + strings.Repeat("]", 68), Size{UCS2, 70, 1}},
		{"16", "😀" + strings.Repeat("]", 69), Size{UCS2, 71, 2}},
		{"17", "e\u0301\u0301\u0301" + a(66), Size{UCS2, 70, 1}},
		{"18", "e\u0301\u0301\u0301" + a(67), Size{UCS2, 71, 2}},
		{"19", "\rabcde\r\n123", Size{GSM7, 11, 1}},
		{"20", "más", Size{UCS2, 3, 1}},
		{"21", "Xin chào", Size{GSM7, 8, 1}},
		{"22", norm.NFD.String("Xin chào"), Size{UCS2, 9, 1}},
		{"23", "àèìòùéÉ", Size{GSM7, 7, 1}},
		{"24", "Cảm ơn", Size{UCS2, 6, 1}},
		{"25a", strings.Repeat("đ", 70), Size{UCS2, 70, 1}},
		{"25b", strings.Repeat("đ", 71), Size{UCS2, 71, 2}},
		{"26a", strings.Repeat("đ", 134), Size{UCS2, 134, 2}},
		{"26b", strings.Repeat("đ", 135), Size{UCS2, 135, 3}},
		{"27", a(160) + "đ", Size{UCS2, 161, 3}},
		{"28a", a(158) + "€", Size{GSM7, 160, 1}},
		{"28b", a(159) + "€", Size{GSM7, 161, 2}},
		{"29", invitation, Size{UCS2, 91, 2}},
		{"30", Fold(invitation), Size{GSM7, 91, 1}},
		{"empty", "", Size{GSM7, 0, 0}},
		{"extension at a seam", a(152) + "€" + a(152), Size{GSM7, 306, 3}},
		{"surrogates at a seam", a(66) + "😀" + a(66), Size{UCS2, 134, 3}},
		{"backtick", "`", Size{UCS2, 1, 1}},
		{"escape is no character", "\x1b", Size{UCS2, 1, 1}},
		{"tab", "\t", Size{UCS2, 1, 1}},
		{"invalid byte", "\xff", Size{UCS2, 1, 1}},
	}
	for _, r := range `|^€{}[]~\` {
		vectors = append(vectors,
			vector{"11" + string(r), string(r) + digits(158), Size{GSM7, 160, 1}},
			vector{"12" + string(r), string(r) + digits(159), Size{GSM7, 161, 2}})
	}
	for _, r := range "ÁÚúçíÍóÓ" {
		vectors = append(vectors,
			vector{"13" + string(r), strings.Repeat(string(r), 70), Size{UCS2, 70, 1}},
			vector{"14" + string(r), strings.Repeat(string(r), 71), Size{UCS2, 71, 2}})
	}
	for _, v := range vectors {
		if got := Count(v.text); got != v.want {
			t.Errorf("vector %s: got %+v, want %+v", v.name, got, v.want)
		}
	}
}

// The table of 3GPP TS 23.038, written out once more.
func TestGSMAlphabet(t *testing.T) {
	t.Parallel()
	const basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	const extension = "\f^{}\\[~]|€"
	if n := utf8.RuneCountInString(basic); n != 127 {
		t.Fatalf("the basic table without ESC has 127 characters, not %d", n)
	}
	for r := rune(0); r < 0x3000; r++ {
		want := 0
		switch {
		case strings.ContainsRune(basic, r):
			want = 1
		case strings.ContainsRune(extension, r):
			want = 2
		}
		if got := gsmWidth(r); got != want {
			t.Errorf("width of %q: got %d, want %d", r, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Nguyễn Văn Xuân, Đỗ Thị Ngự", "Nguyen Van Xuan, Do Thi Ngu"},
		{"ơ ư â ê ô ă đ Ơ Ư Â Ê Ô Ă Đ", "o u a e o a d O U A E O A D"},
		{norm.NFD.String("Dừng lại đã"), "Dung lai da"},
		{"Ngọc Ánh – Quảng Ngãi", "Ngoc Anh - Quang Ngai"},
		{"“Thôi nhận” … ‘TC’", `"Thoi nhan" ... 'TC'`},
		{"17\u00a0giờ\u200b\u2009sáng\ufeff", "17 gio sang"},
		{"Ðà Nẵng", "Da Nang"}, // Eth typed for Đ
		{"50.000₫", "50.000d"},
		{"１２３ Ａ", "123 A"},
		{"a\tb", "a b"},
		{"a\r\nb\nc", "a\r\nb\nc"},
		{"a\xffb", "a?b"},
		{"½ ² ①", "1/2 2 1"},
		{"😀 한글", "😀 한글"},
		{"[a] {b} ~ ^ |", "[a] {b} ~ ^ |"},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// Every letter that Vietnamese writes folds into GSM-7.
func TestFoldMakesVietnameseGSM(t *testing.T) {
	t.Parallel()
	for _, base := range "aăâeêioôơuưyAĂÂEÊIOÔƠUƯYđĐ" {
		for _, tone := range []string{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"} {
			folded := Fold(norm.NFC.String(string(base) + tone))
			if len(folded) != 1 || Count(folded).Encoding != GSM7 {
				t.Errorf("%c with %q folds to %q", base, tone, folded)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"  Dừng. ", "DUNG"},
		{"từ   chối!", "TU CHOI"},
		{"1.", "1"},
		{"(1)", "1"},
		{"số 1", "SO 1"},
		{"１", "1"},
		{"1,4,6", "1 4 6"},
		{"TC\n", "TC"},
		{"“Tốt lên”", "TOT LEN"},
		{"?", ""},
		{"", ""},
		{"đồng ý ạ 🙂", "DONG Y A"},
	} {
		if got := Match(c.in); got != c.want {
			t.Errorf("Match(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	if got := Normalize(norm.NFD.String("Xin chào")); got != "Xin chào" {
		t.Errorf("got %q", got)
	}
}

func TestExplainJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(Explain("Cảm ơn"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"encoding":"UCS-2","units":6,"segments":1,` +
		`"folded":{"text":"Cam on","encoding":"GSM-7","units":6,"segments":1}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string // word:level
	}{
		{"", nil},
		{"Gia tang gia, tang nhieu", []string{"tang gia:forbid", "tang:forbid"}},
		{"Trung du va vi du, nhung con du", []string{"du:forbid"}},
		{"VI DU: chung toi gui. Toi day", []string{"toi:avoid"}},
		{"Cac xa va cac phuong. Cac ong", []string{"cac:avoid"}},
		{"xa va cac phuong", nil},
		{"Bao cao su viec", []string{"bao cao su:forbid"}},
		{"Quy Ong/Ba", []string{"quy ong ba:forbid"}},
		{"khong nhan Ong/Ba nua", []string{"khong nhan ong ba nua:forbid"}},
		{"sang thu 6, an 1", []string{"thu 6:avoid", "an 1:avoid"}},
		{"thu hai, an com", nil},
		{"Tra loi ngay 18/12", []string{"tra loi ngay:forbid"}},
		{"mat nuoc, thieu nuoc sach, cup nuoc", []string{"mat nuoc:forbid"}},
		{"nuoc va duong", []string{"nuoc:avoid", "duong:avoid"}},
		{"cuon lonton", nil},
		{"de dang de gop y", []string{"de gop y:avoid"}},
		{"lon lon LON", []string{"lon:forbid"}},
		{"Ngu dan", []string{"ngu dan:forbid"}},
	} {
		var got []string
		for _, f := range Lint(c.text) {
			if f.Hint == "" {
				t.Errorf("%q: %q has no hint", c.text, f.Word)
			}
			got = append(got, f.Word+":"+string(f.Level))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Lint(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// The office's own texts (messages.md §3) were written around the table.
func TestLintPassesOurTexts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"DLXH Lam Xuyên: Mời Ông/Bà cho ý kiến tháng 12, 6 phút, không bắt buộc. Đến 17h 18/12. Thôi nhận: TC",
		"DLXH Lam Xuyên hỏi ý kiến, không bắt buộc. Câu 1: Tình hình chung ở xã, phường mình? 1 Tốt lên 2 Như trước 3 Xấu đi 0 Khó nói. Thôi nhận: TC",
		"DLXH Lam Xuyên: Đã ghi nhận. Chúng tôi sẽ không gửi tin hay gọi khảo sát nữa. Muốn nhận lại: DK. Cảm ơn Ông/Bà.",
		"Xin lỗi, hệ thống chưa hiểu. Trả lời 1, 2, 3 hoặc 0. BQ: bỏ qua câu này. Cần người giúp: 0298 3555 010",
		"DLXH Lam Xuyên: 86/120 CTV đã góp ý tháng 12. Quan tâm nhất: giá cả, đường sá, lừa đảo. Cảm ơn Ông/Bà.",
		"Ông/Bà muốn thôi nhận khảo sát? A: Phải, thôi nhận. B: Không, trả lời tiếp. Nếu không trả lời, chúng tôi không gửi thêm tin nào trong đợt này.",
	} {
		if found := Lint(Fold(text)); len(found) > 0 {
			t.Errorf("%q: %v", text, found)
		}
	}
}

func TestTrapsAreFolded(t *testing.T) {
	t.Parallel()
	for _, tr := range traps {
		if tr.phrase != strings.ToLower(Fold(tr.phrase)) || tr.hint == "" || (tr.level != Forbid && tr.level != Avoid) {
			t.Errorf("bad trap %+v", tr)
		}
	}
}

func TestCountDoesNotAllocate(t *testing.T) {
	for _, text := range []string{invitation, Fold(invitation)} {
		if n := testing.AllocsPerRun(100, func() { _ = Count(text) }); n != 0 {
			t.Errorf("%d-byte text: %v allocations", len(text), n)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", invitation, "😜", "e\u0301", "\xff\xfe", "`|€", "ʼn ŉ ſ ß İ", "한글", "①½…", "\u1e9e\u0345", strings.Repeat("đ", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if again := Fold(folded); again != folded {
			t.Errorf("Fold is not idempotent: %q → %q → %q", s, folded, again)
		}
		if !utf8.ValidString(folded) {
			t.Errorf("Fold(%q) is not UTF-8", s)
		}
		matched := Match(s)
		if again := Match(matched); again != matched {
			t.Errorf("Match is not idempotent: %q → %q → %q", s, matched, again)
		}
		Lint(folded)
		checkSize(t, s)
	})
}

// checkSize compares Count with bounds that follow from the standard.
func checkSize(t *testing.T, s string) {
	t.Helper()
	size := Count(s)
	if size.Encoding == UCS2 {
		if want := len(utf16.Encode([]rune(s))); size.Units != want {
			t.Errorf("%q: %d units, want %d", s, size.Units, want)
		}
	}
	whole, part := ucs2Whole, ucs2Part
	if size.Encoding == GSM7 {
		whole, part = gsmWhole, gsmPart
	}
	low := 1
	if size.Units == 0 {
		low = 0
	} else if size.Units > whole {
		low = (size.Units + part - 1) / part
	}
	high := max(low, (size.Units+part-2)/(part-1)) // every part but the last may lose one unit to a pair
	if size.Segments < low || size.Segments > high {
		t.Errorf("%q: %d segments of %d units, want %d to %d", s, size.Segments, size.Units, low, high)
	}
}

func BenchmarkCount(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Count(invitation)
	}
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Fold(invitation)
	}
}

func BenchmarkMatch(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Match("  Từ chối. ")
	}
}

func BenchmarkLint(b *testing.B) {
	folded := Fold(invitation)
	b.ReportAllocs()
	for b.Loop() {
		Lint(folded)
	}
}
