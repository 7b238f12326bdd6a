package dispatch

import (
	"fmt"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Of a step and a language what most people get comes first, then the longest that
// some do; what is found in several wordings is said once.
func TestSamplesAreTypicalAndWorst(t *testing.T) {
	t.Parallel()
	f := foretelling{k: survey.Campaign{Protocol: survey.Protocol{Steps: []survey.Step{{Name: "sms"}}}}, steps: []int{16}, words: map[wordKey]*wordSum{}}
	sms := survey.Sender{Channel: survey.SMS, CanReceive: true}
	for answered, w := range []struct {
		body     string
		segments int
		people   int
		lang     survey.Lang
	}{
		{"Thoi nhan: TC", 1, 9, survey.Vietnamese},
		{"Dai nhat, hai doan", 2, 1, survey.Vietnamese},
		{"Dai hon. Thoi nhan: TC", 1, 3, survey.Vietnamese},
		{"Dai, hai doan", 2, 2, survey.Vietnamese},
		{"Stop: STOP", 1, 1, survey.English},
	} {
		f.words[wordKey{lang: w.lang, progress: view.Progress{Answered: answered}}] = &wordSum{Worded: Worded{Body: w.body, Segments: w.segments},
			Specimen: view.Specimen{Sender: sms, Step: survey.Step{Name: "sms"}, Lang: w.lang}, people: w.people}
	}
	if err := f.tell(); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, s := range f.out.Samples {
		got += fmt.Sprintf("%s %d %v %s|", s.Lang, s.People, s.Worst, s.Body)
	}
	if want := "vi 9 false Thoi nhan: TC|vi 1 true Dai nhat, hai doan|en 1 false Stop: STOP|"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(f.out.Lints) != 1 || f.out.Lints[0] != (Lint{Code: LintNoRefusal, Step: "sms", Lang: survey.Vietnamese, People: 3}) {
		t.Errorf("%+v", f.out.Lints)
	}
}

func TestLinksAreJudged(t *testing.T) {
	t.Parallel()
	for link, want := range map[string][2]bool{
		"https://ks.vidu.example": {false, false}, "http://ks.vidu.example": {false, true}, "http://localhost:8080": {true, true},
		"https://127.0.0.1:1": {true, false}, "https://[::1]": {true, false}, "https://10.1.2.3": {true, false}, "https://%zz": {true, false},
	} {
		if local, plain := judgeLink(link); [2]bool{local, plain} != want {
			t.Errorf("%s: local %v, plain %v", link, local, plain)
		}
	}
}
