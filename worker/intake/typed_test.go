package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// communes is an invented list of 3,321 of them in 34 provinces, asked for twice: with
// the province before it, and from all of the country.
func communes() string {
	var b strings.Builder
	b.WriteString("name: noi_o\ntitle: Nơi ở\nmissing: {98: Khó nói}\nlists:\n  tinh:\n")
	for i := range 34 {
		fmt.Fprintf(&b, "    t%d: Tỉnh Số %d\n", i, i)
	}
	b.WriteString("  xa:\n")
	letters := []string{"Tân", "Hòa", "Khê", "Đá", "Sơn", "Lâm", "Bãi", "Suối", "Gò", "Nà", "Cồn", "Rừng", "Trà", "Bình", "Phú"}
	for i := range 3_321 {
		n := len(letters)
		name := letters[i%n] + " " + letters[i/n%n] + " " + letters[i/n/n]
		if i == 465 {
			name = "Én Nhỏ"
		}
		fmt.Fprintf(&b, "    x%d: {label: Xã %s, with: {tinh: t%d}}\n", i, name, i%34)
	}
	b.WriteString("questions:\n")
	b.WriteString("  - {name: que, type: single, kind: background, label: 'Ông/Bà sinh ra ở xã, phường nào?', choices: xa, required: true}\n")
	b.WriteString("  - {name: tinh, page: 2, type: single, kind: background, label: 'Nay ở tỉnh nào?', choices: tinh}\n")
	b.WriteString("  - {name: xa, page: 3, type: single, kind: background, label: 'Nay ở xã, phường nào?', choices: xa, filter: \"tinh = ${tinh}\"}\n")
	b.WriteString("  - {name: thich, page: 4, type: multiple, kind: own_opinion, at_most: 2, label: 'Ông/Bà thích những xã nào?', choices: xa}\n")
	return b.String()
}

// Without script, a commune of thousands is typed, with or without its accents, and
// picked from what it may be. What was found is shown before it is taken, and no page is
// heavy.
func TestANameOfThousandsIsTyped(t *testing.T) {
	t.Parallel()
	p := newPlace(t, communes())
	first := p.get(p.form).press("begin").wants(200, "sinh ra ở xã, phường nào", "Gõ tên vào ô", "Khó nói")
	weight := len(first.body)
	walk(first.root, func(n *html.Node) {
		for _, at := range []string{attr(n, "href"), attr(n, "src")} {
			if strings.HasPrefix(at, "/static/") {
				weight += len(p.get(at).body)
			}
		}
	})
	if weight >= 30_000 || strings.Count(first.body, "<input") > 8 {
		t.Errorf("the page of 3,321 communes takes %d bytes in all, with %d fields", weight, strings.Count(first.body, "<input"))
	}
	first.press("next", "que=").wants(422, "Câu này còn trống")
	first.press("next", "que=Xã Không Đâu").wants(422, `Không thấy tên nào như "Xã Không Đâu"`)
	many := first.press("next", "que=tan hoa").wants(422, `tên giống như "tan hoa", dưới đây là 20`, "Xã Tân Hòa Tân", "gõ rõ hơn")
	if got := many.filled().Get("que"); got != "tan hoa" {
		t.Errorf("what was typed is not there any more: %q", got)
	}
	one := many.press("next", "que=nho").wants(422, "Có 1 tên", "Xã Én Nhỏ")
	if got := one.filled()["que"]; len(got) != 2 || got[1] != "=x465" {
		t.Errorf("the one hit is not marked: %q", got)
	}
	if p.answers() != "" {
		t.Errorf("something was guessed: %s", p.answers())
	}
	second := one.press("next").wants(200, "Nay ở tỉnh nào?", "Tỉnh Số 33")
	if got := p.answers(); got != "que=x465" {
		t.Errorf("stored %s", got)
	}
	third := second.press("next", "tinh=t1").wants(200, "Nay ở xã, phường nào?")
	third.press("next", "xa=Xã Tân Tân Tân").wants(422, "Không thấy tên nào") // it is in another province
	third.press("next", "xa=x0").wants(422, "Không thấy tên nào")
	last := third.press("next", "xa=XA HOA TAN TAN").wants(200, "thích những xã nào")
	back := last.press("back").wants(200, "Xã Hòa Tân Tân")
	if got := back.filled()["xa"]; len(got) != 2 || got[1] != "=x1" {
		t.Errorf("what is stored is not shown as chosen: %q", got)
	}
	last.press("next", "thich=xã tân tân tân; Xa Hoa Tan Tan").wants(200, "Đã nhận phiếu", "Xã Tân Tân Tân; Xã Hòa Tân Tân")
	if got := p.answers(); got != "que=x465 thich=x0 x1 tinh=t1 xa=x1" {
		t.Errorf("stored %s", got)
	}
}
