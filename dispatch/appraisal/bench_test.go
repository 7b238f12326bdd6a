package appraisal

import (
	"fmt"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
)

// Appraising is done at every check and publication; it must not be felt.
func BenchmarkAppraise(b *testing.B) {
	q := shipped(b, "monthly.yaml")
	for b.Loop() {
		Of(q)
	}
}

// A questionnaire of 1,000 questions that share a list of 3,321 communes, with a
// condition of its own for each: no work may grow with the square of either.
func BenchmarkAppraiseLarge(b *testing.B) {
	q := large(b, 1_000, 3_321)
	b.ReportAllocs()
	for b.Loop() {
		Of(q)
	}
}

func BenchmarkDiffLarge(b *testing.B) {
	q := large(b, 1_000, 3_321)
	for b.Loop() {
		Diff(q, q)
	}
}

// large is an invented questionnaire of that size.
func large(tb testing.TB, questions, communes int) *instrument.Questionnaire {
	tb.Helper()
	var src strings.Builder
	src.WriteString("name: lon\ntitle: Lớn\nlists:\n  muc: {1: Tốt, 2: Vừa, 3: Kém}\n  xa:\n")
	for i := range communes {
		fmt.Fprintf(&src, "    x%d: {label: Xã %c%c%c, with: {tinh: t%d}}\n", i, 'a'+i%26, 'a'+i/26%26, 'a'+i/676, i%34)
	}
	src.WriteString("questions:\n  - {name: tinh, type: integer, kind: fact, min: 0, max: 40, label: Số tỉnh}\n")
	for i := range questions {
		shape, when := "choices: muc", ""
		if i%3 == 0 {
			shape = "choices: xa"
		}
		if i > 3 {
			when = fmt.Sprintf(", relevant: \"${q%d} != '1' and ${q%d} != '%d'\"", i-1-i%3%2, i-3, 1+i%3)
			if i%3 != 1 {
				when = fmt.Sprintf(", relevant: \"${tinh} != %d\"", i%41)
			}
		}
		fmt.Fprintf(&src, "  - {name: q%d, type: single, kind: fact, label: Câu %d, %s%s}\n", i, i, shape, when)
	}
	q, errs := instrument.Parse("lon.yaml", []byte(src.String()))
	for _, e := range errs[:min(len(errs), 5)] {
		tb.Error(e)
	}
	if q == nil {
		tb.FailNow()
	}
	return q
}
