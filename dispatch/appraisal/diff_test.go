package appraisal

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"canvass/templates"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("../../templates/questionnaire/monthly.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before := parse(t, string(src))
	for _, c := range []struct {
		old, new string
		want     string
		worst    Comparability
	}{
		{"minutes: 6", "minutes: 7", "", Comparable},
		{"    vi: So với tháng trước, giá các mặt", "    vi: So với tháng trước, giá mặt", "gia_ca changed new_series label/vi", NewSeries},
		{"relevant: ${tin_lan} = 1", "relevant: ${tin_lan} != 2", "tin_lan_nd changed base relevant/", NewBase},
		{"name: y_kien_them\n    type: text", "name: y_kien_nua\n    type: text", "y_kien_nua added ; y_kien_them removed ", Comparable},
		{"      1: Rất hài lòng | Very satisfied\n", "", "hl_thu_tuc changed apart sms/vi sms/en voice/vi voice/en choices/", Apart},
		{"page: 11", "page: 12", "tiep_xuc changed context page/", NewContext},
	} {
		if !strings.Contains(string(src), c.old) {
			t.Fatalf("%q is not there", c.old)
		}
		d := Diff(before, parse(t, strings.Replace(string(src), c.old, c.new, 1)))
		var got []string
		for _, q := range d.Questions {
			var parts []string
			for _, ch := range q.Changes {
				parts = append(parts, ch.Part+"/"+string(ch.Lang))
			}
			got = append(got, strings.Join(strings.Fields(fmt.Sprint(q.Question, " ", q.Kind, " ", q.Data, " ", strings.Join(parts, " "))), " ")+map[bool]string{true: " "}[q.Data == ""])
		}
		if s := strings.Join(got, "; "); s != c.want || d.Worst != c.worst {
			t.Errorf("%s: %q (%s), want %q (%s)", c.new, s, d.Worst, c.want, c.worst)
		}
	}
	if d := Diff(before, before); len(d.Head)+len(d.Questions) > 0 || d.Worst != Comparable {
		t.Errorf("against itself: %+v", d)
	}
	// One question taken to the front has moved; the others stand where they stood.
	four := "name: q\ntitle: T\nquestions:\n"
	q := func(names ...string) string {
		s := four
		for _, n := range names {
			s += "  - {name: " + n + ", type: text, kind: fact, label: Gì}\n"
		}
		return s
	}
	d := Diff(parse(t, q("a", "b", "c", "d")), parse(t, q("d", "a", "b", "c")))
	if len(d.Questions) != 1 || d.Questions[0].Question != "d" || d.Questions[0].Kind != Moved || d.Worst != NewContext {
		t.Errorf("moved: %+v", d)
	}
	for _, c := range Comparabilities() {
		for _, l := range []string{"vi", "en"} {
			if _, ok := templates.Words("comparable."+string(c), l, nil); !ok {
				t.Errorf("comparable.%s has no words", c)
			}
		}
	}
}

// That a group's questions come by lot now is another context of each of them.
func TestDiffTellsARandomGroup(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("../../templates/questionnaire/yearly.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := Diff(parse(t, strings.Replace(string(src), "random: true, relevant", "relevant", 1)), parse(t, string(src)))
	if len(d.Questions) != 4 || d.Worst != NewContext {
		t.Fatalf("%+v", d)
	}
	for _, q := range d.Questions {
		if len(q.Changes) != 1 || q.Changes[0].Part != "block" || q.Changes[0].After != "chinh_quyen" {
			t.Errorf("%+v", q)
		}
	}
}
