package wording

import (
	"fmt"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// opening is a questionnaire that begins with the questions given.
func opening(t *testing.T, questions string) *instrument.Questionnaire {
	t.Helper()
	q, faults := instrument.Parse("mo_dau.yaml", []byte("name: mo_dau\ntitle: Ý kiến tháng 12 | Views for December\nlanguages: [vi, en]\nminutes: 2\n"+
		"missing:\n  98: Khó nói | Hard to say\n  99: Không muốn trả lời | Prefer not to say\nquestions:\n"+questions))
	if len(faults) > 0 {
		t.Fatal(faults[0])
	}
	return q
}

// choices is a question of that type with n choices, beside which stands the
// reason 98, and 99, which no mail shows.
func choices(typ string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  - name: dau\n    type: %s\n    kind: own_opinion\n    label: Việc gì? | What?\n    choices:\n", typ)
	for i := range n {
		fmt.Fprintf(&b, "      %d: Việc %d | Thing %d\n", i+1, i+1, i+1)
	}
	return b.String()
}

const (
	aNote   = "  - name: loi_dau\n    type: note\n    label: Xin mời. | Please.\n"
	aNumber = "  - name: so\n    type: integer\n    kind: fact\n    min: 0\n    max: 30\n    label: Bao nhiêu? | How many?\n"
	aText   = "  - name: chu\n    type: text\n    kind: own_opinion\n    label: Việc gì? | What?\n"
	aScale  = "  - name: thang\n    type: scale\n    kind: own_opinion\n    min: 0\n    max: 10\n    low: thấp | low\n    high: cao | high\n    label: Mức nào? | How far?\n"
)

// The first question stands in the mail, in both of its parts, where one press
// can answer it; any other first question leaves the link alone.
func TestWhichFirstQuestionStandsInTheMail(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for name, tc := range map[string]struct {
		questions string
		presses   int
	}{
		"a choice":               {choices("single", 3), 4},
		"a choice after a note":  {aNote + choices("single", 3), 4},
		"a worded scale":         {choices("scale", 5), 6},
		"as many as there may":   {choices("single", 7), 8},
		"more than a mail shows": {choices("single", 8), 0},
		"several":                {choices("multiple", 3), 0},
		"a number":               {aNumber, 0},
		"a text":                 {aText, 0},
		"a scale of numbers":     {aScale, 0},
		"a choice that is later": {aNumber + choices("single", 3), 0},
	} {
		for _, lang := range languages() {
			c := sample(opening(t, tc.questions), lang)
			m, err := w.Mail(c, TextInvitation)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for part, body := range map[string]string{"text": m.Text, "html": m.HTML} {
				if got := strings.Count(body, "?"+FieldPick+"="); got != tc.presses {
					t.Errorf("%s, %s, %s: %d links that mark an answer, want %d", name, lang, part, got, tc.presses)
				}
				if !strings.Contains(strings.ReplaceAll(body, "?"+FieldPick+"=", ""), c.Link) {
					t.Errorf("%s, %s, %s: no link to the form itself", name, lang, part)
				}
				said := strings.Contains(body, "được chọn sẵn") || strings.Contains(body, "with that answer marked")
				if said != (tc.presses > 0) {
					t.Errorf("%s, %s, %s: says what a press does: %v", name, lang, part, said)
				}
			}
		}
	}
}

// A press tells the mail's provider what was chosen: only where the form knows
// the person anyway.
func TestNoAnswerStandsInTheMailOfAKeptForm(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for level, presses := range map[survey.Confidentiality]int{"": 4, survey.Identified: 4, survey.Confidential: 0, survey.Anonymous: 0} {
		c := sample(opening(t, choices("single", 3)), survey.Vietnamese)
		c.Campaign.Confidentiality = level
		c.KeyHolder, c.EraseAt = "Lê Văn Giữ", ends().AddDate(1, 0, 0)
		m, err := w.Mail(c, TextInvitation)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(m.Text+m.HTML, "?"+FieldPick+"="); got != 2*presses {
			t.Errorf("%q: %d links, want %d", level, got, 2*presses)
		}
	}
}
