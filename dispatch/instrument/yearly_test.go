package instrument

import (
	"os"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// yearly replays the full path of the yearly survey in one mode.
func yearly(t *testing.T, m survey.Mode) survey.Answers {
	t.Helper()
	src, err := os.ReadFile("testdata/yearly." + string(m) + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	_, answers := replay(t, string(src))
	return answers
}

// The longest of the shipped questionnaires is answered to its end in every mode, and
// the three store the same: each what it asks, and nothing else.
func TestTheYearlySurveyInEveryMode(t *testing.T) {
	t.Parallel()
	q := example(t, "yearly.yaml")
	web := yearly(t, survey.Web)
	for m, want := range map[survey.Mode]int{survey.Web: 38, survey.TextMode: 38, survey.Voice: 34} {
		got := yearly(t, m)
		if p := q.Progress(got, m); !p.Done || !p.Keys {
			t.Errorf("by %s: %+v", m, p)
		}
		stored := 0
		for _, question := range q.Path(got, m) {
			if question.Type == Note {
				continue
			}
			stored++
			if a := got[question.Name]; a.Empty() || a != web[question.Name] {
				t.Errorf("by %s: %s is %q, by web %q", m, question.Name, string(a.Value), string(web[question.Name].Value))
			}
		}
		if stored != want {
			t.Errorf("by %s: %d questions, want %d", m, stored, want)
		}
		if d := q.Derived(got); d["tuoi"].Value != "51" || d["nhom_tuoi"].Value != "45-59" || d["tai_thu_tuc"].Value != "khong" {
			t.Errorf("by %s: what follows is %v", m, d)
		}
	}
	kinds := map[Type]bool{}
	for i := range q.Questions {
		kinds[q.Questions[i].Type] = true
		if q.Questions[i].Matrix != "" {
			kinds[Matrix] = true
		}
	}
	for _, want := range strings.Split(strings.ReplaceAll(typeNames, ", hidden", ""), ", ") {
		if !kinds[Type(want)] {
			t.Errorf("no question is of type %s", want)
		}
	}
}

// The worked paths of the content sheet: who takes no part is asked nothing more;
// who has no debt, uses no service and heard nothing has a short way; the keys alone
// make a partial answer sufficient (AAPOR 1.2), and one of them missing does not.
func TestPathsOfTheYearlySurvey(t *testing.T) {
	t.Parallel()
	q := example(t, "yearly.yaml")
	no := survey.Answers{"dong_y": {Missing: survey.MissingRefused}}
	if p := q.Progress(no, survey.Web); p.Applicable != 1 || p.Answered != 0 || p.Done || !q.Declined(no, survey.Web) {
		t.Errorf("a refusal: %+v", p)
	}
	short := survey.Answers{"dong_y": {Value: "OK"}, "vay": {Value: "2"}, "dich_vu": {Value: "7"}, "tin_lan": {Value: "2"}, "cum": {Value: "5"}}
	for _, question := range q.Path(short, survey.Web) {
		switch question.Name {
		case "vay_dau", "hl_bang_1", "so_lan", "hl_tt", "hl_vi_sao", "tin_lan_nd", "xa":
			t.Errorf("the short way asks %s", question.Name)
		}
	}
	keys := survey.Answers{"dong_y": {Value: "OK"}}
	for i := range q.Questions {
		if question := &q.Questions[i]; question.Key {
			if q.Progress(keys, survey.Web).Keys {
				t.Errorf("sufficient before %s", question.Name)
			}
			keys = q.Set(keys, question.Name, survey.Answer{Value: "1"})
		}
	}
	if p := q.Progress(keys, survey.Web); !p.Keys || p.Done {
		t.Errorf("the keys alone: %+v", p)
	}
	// A choice that excludes the others asks back, and piping falls back.
	d, err := q.Question("dich_vu")
	if !err {
		t.Fatal("no dich_vu")
	}
	if _, _, wrong := d.ReadForm([]string{"3", "7"}, ""); wrong == nil {
		t.Error("a service and none of them is taken")
	}
	tt, _ := q.Question("hl_tt")
	if said := Pipe(tt.Label.In(survey.Vietnamese), q.Fill(tt, survey.Answers{"so_lan": {Missing: survey.MissingRefused}}, survey.Vietnamese)); !strings.Contains(said, "(số lần đi: không rõ)") {
		t.Errorf("nothing to pipe: %q", said)
	}
}
