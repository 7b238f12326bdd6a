package intake_test

import (
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// The form asks a random group in the order of the invitation, which is that of the
// texts and the calls, and of the export; with every question on a page of its own too.
func TestARandomGroupByLink(t *testing.T) {
	t.Parallel()
	for _, own := range []bool{false, true} {
		source := "name: khoi\ntitle: Khối\ngroups:\n  k: {random: true, page: true}\nquestions:\n" +
			"  - {name: dau, type: single, kind: fact, label: \"Đầu?\", choices: {1: Có, 2: Không}}\n"
		for i, name := range strings.Fields("a b c d e f") {
			page := ""
			if own && i > 0 {
				page = ", page: " + string(rune('2'+i))
			}
			source += "  - {name: " + name + page + ", type: single, kind: fact, group: k, label: \"" + name + "?\", choices: {1: Có, 2: Không}}\n"
		}
		p := newPlace(t, source)
		q, errs := instrument.Parse("khoi", []byte(source))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		var want []string
		for _, on := range q.For(p.inv.Seed()).Path(nil, survey.Web) {
			want = append(want, on.Name)
		}
		var got []string
		g := p.get(p.form).wants(200).press("begin")
		for range want {
			if strings.Contains(g.text(), "Đã nhận phiếu") {
				break
			}
			names := strings.Split(g.filled().Get("page"), ",")
			var fields []string
			for _, n := range names {
				fields = append(fields, n+"=1")
			}
			body, at := g.body, map[string]int{}
			for _, n := range names {
				at[n] = strings.Index(body, `name="`+n+`"`)
			}
			slices.SortFunc(names, func(a, b string) int { return at[a] - at[b] }) // as they stand on the page
			got = append(got, names...)
			g = g.press("next", fields...)
		}
		g.wants(200, "Đã nhận phiếu")
		if !slices.Equal(got, want) {
			t.Errorf("asked %v, want %v", got, want)
		}
		if slices.IsSorted(want[1:]) {
			t.Errorf("the draw of this invitation is the written order; the test says nothing")
		}
	}
}
