package instrument

import (
	"fmt"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// typedForm asks for a commune of 3,321 invented ones, and for several.
func typedForm(t testing.TB) *Questionnaire {
	t.Helper()
	var b strings.Builder
	b.WriteString("name: go\ntitle: Gõ tên\nmissing: {98: Khó nói}\nlists:\n  xa:\n")
	for i, name := range []string{"Tân Khê", "Tân Khê Thượng", "Hòa Khê", "Hoa Khê", "Đá Trắng", "Suối Đá"} {
		fmt.Fprintf(&b, "    r%d: %s\n", i, name)
	}
	for i := range 3_315 {
		fmt.Fprintf(&b, "    x%d: Xã %s\n", i, numeral(i))
	}
	b.WriteString("    khac: {label: Nơi khác, other: true}\nquestions:\n")
	b.WriteString("  - {name: xa, type: single, kind: background, label: 'Xã nào?', choices: xa, default: r4, required: true}\n")
	b.WriteString("  - {name: cac_xa, type: multiple, kind: background, label: 'Những xã nào?', choices: xa, at_most: 2}\n")
	b.WriteString("  - {name: xa_r, type: single, kind: background, label: 'Nơi khác à?', choices: {1: Có, 2: Không}, relevant: \"${xa} = 'khac'\"}\n")
	b.WriteString("  - {name: khong_ai, type: note, label: Không ai thấy, relevant: \"${xa} = 'r1' and ${xa} = 'x7'\"}\n")
	return parsed(t, b.String())
}

func TestNamesThatAreTyped(t *testing.T) {
	t.Parallel()
	q := typedForm(t)
	xa, _ := q.Question("xa")
	several, _ := q.Question("cac_xa")
	for _, tc := range []struct {
		q      *Question
		sent   []string
		stored string
		wrong  survey.Code
		count  string
	}{
		{q: xa, sent: []string{"Tân Khê"}, stored: "r0"},
		{q: xa, sent: []string{"tan khe"}, stored: "r0"},
		{q: xa, sent: []string{"HÒA KHÊ"}, stored: "r2"},
		{q: xa, sent: []string{"hoa khe"}, wrong: survey.CodeAnswerWhich, count: "2"},
		{q: xa, sent: []string{"hoa khe", "=r3"}, stored: "r3"},
		{q: xa, sent: []string{"tan"}, wrong: survey.CodeAnswerWhich, count: "2"},
		{q: xa, sent: []string{"da tra"}, wrong: survey.CodeAnswerWhich, count: "1"}, // shown before it is taken
		{q: xa, sent: []string{"trắng"}, wrong: survey.CodeAnswerWhich, count: "1"},
		{q: xa, sent: []string{"trạng"}, wrong: survey.CodeAnswerUnknown}, // an accent that was typed decides
		{q: xa, sent: []string{"=r4", "suoi da"}, stored: "r5"},           // what is typed changes what was picked
		{q: xa, sent: []string{"=r4"}, stored: "r4"},
		{q: xa, sent: []string{"r4"}, wrong: survey.CodeAnswerUnknown}, // a code is no name
		{q: xa, sent: []string{"=zz"}, wrong: survey.CodeAnswerChoice},
		{q: xa, sent: []string{"=98"}, stored: "98"},
		{q: xa, sent: nil, wrong: survey.CodeAnswerRequired},
		{q: several, sent: []string{"hòa khê, suoi da"}, stored: "r2 r5"},
		{q: several, sent: []string{"=r2", "suoi da"}, stored: "r2 r5"},
		{q: several, sent: []string{"=r2", "=r1", "=r5"}, wrong: survey.CodeAnswerTooMany},
		{q: several, sent: []string{"suoi da, tan"}, wrong: survey.CodeAnswerWhich, count: "2"},
	} {
		ans, _, err := tc.q.ReadForm(tc.sent, "")
		got := string(ans.Value)
		if ans.Missing == survey.MissingDontKnow {
			got = "98"
		}
		code := survey.Code("")
		if err != nil {
			code = err.Code
		}
		if got != tc.stored || code != tc.wrong || err != nil && tc.count != "" && err.Args["count"] != tc.count {
			t.Errorf("%s %q: %q, %v, want %q, %q", tc.q.Name, tc.sent, got, err, tc.stored, tc.wrong)
		}
		if err == nil && q.Check(tc.q.Name, ans) != nil {
			t.Errorf("%s %q: what was read may not be stored", tc.q.Name, tc.sent)
		}
	}
	if got := xa.Preset(); len(got) != 1 || got[0] != "=r4" {
		t.Errorf("the default is shown as %q", got)
	}
	if _, other, err := xa.ReadForm(nil, "Nơi chưa có tên"); other == "" || err != nil {
		t.Errorf("the words of the other choice alone: %q, %v", other, err)
	}
}

// What is shown of thousands of choices is a handful, and 40 are still a list.
func TestFewOfManyAreShown(t *testing.T) {
	t.Parallel()
	q := typedForm(t)
	xa, _ := q.Question("xa")
	for text, want := range map[string]int{"": 2, "tan": 4, "xã một": MostHits + 2, "khong co": 2} {
		if places, _ := xa.Hits([]string{text}); len(places) != want {
			t.Errorf("%q: %d rows, want %d", text, len(places), want)
		}
	}
	var codes []string
	for i := range MostListed {
		codes = append(codes, fmt.Sprintf("x%d", i))
	}
	if few := q.Narrowed(xa, codes); few.Typed() || !strings.Contains(few.SMS["vi"], "40 ") {
		t.Errorf("%d choices are typed, or not in the text %q", MostListed, few.SMS["vi"])
	}
	if !q.Narrowed(xa, append(codes, "r0")).Typed() || len(xa.SMS["vi"]) > 100 {
		t.Error("more than that are listed")
	}
}

// Conditions on one of thousands of choices are still proven.
func TestReachOverThousandsOfChoices(t *testing.T) {
	t.Parallel()
	reach := typedForm(t).Reach(survey.Web)
	if r := reach[2]; r.Proof != ReachSome || r.Path["xa"].Value != "khac" {
		t.Errorf("%+v", r)
	}
	if r := reach[3]; r.Proof != ReachNever {
		t.Errorf("two communes at once: %+v", r)
	}
}

func FuzzTypedForm(f *testing.F) {
	q := typedForm(f)
	xa, _ := q.Question("xa")
	several, _ := q.Question("cac_xa")
	for _, s := range []string{"tan khe", "=r1", "=", ",;", "Đá\x00", "xã,", "=98"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, question := range []*Question{xa, several} {
			if ans, _, err := question.ReadForm([]string{a, "=" + b}, ""); err == nil && ans.Value != "" && q.Check(question.Name, ans) != nil {
				t.Errorf("%q, %q: %q may not be stored", a, b, ans.Value)
			}
			if places, _ := question.Hits([]string{a, b}); len(places) > MostHits*MostHits+6 {
				t.Errorf("%q, %q: %d rows", a, b, len(places))
			}
		}
	})
}
