package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// exampleOutcome is the example of the outcomerate package: twelve cases, all invited.
func exampleOutcome(open int) results.Outcome {
	var cases []view.CaseCount
	for d, n := range map[survey.Disposition]int{survey.Complete: 4, survey.PartialSufficient: 2, survey.RefusalByPerson: 1, survey.NonContact: 1,
		survey.WrongPerson: 1, survey.NothingReturned: 1, survey.NoAnswer: 1, survey.NotEligible: 1, "": open} {
		cases = append(cases, view.CaseCount{Disposition: d, Contacts: 1, Weight: 2, N: n})
	}
	return results.OutcomeOf(slices.Values(cases), []results.Returned{{Mode: survey.Web, Complete: true, Weight: 2}}, results.CASRO)
}

// spoken is what the program says in a language, blanks run together.
func spoken(lang string, say func(*app)) string {
	var out bytes.Buffer
	say(newApp(nil, &out, &out, func(name string) string { return map[string]string{"CANVASS_LANG": lang}[name] }))
	lines := strings.Split(out.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
	return strings.Join(lines, "\n")
}

func TestEveryRateIsPrinted(t *testing.T) {
	t.Parallel()
	for lang, wants := range map[string][]string{
		"en": {"RR response 36.4% 54.5% 37.0% 55.6% 44.4% 66.7%\nweighted 36.4% 54.5%", "COOP cooperation 50.0% 75.0% 57.1% 85.7%\n",
			"REF refusal 9.1% 9.3% 11.1%\n", "CON contact 72.7% 74.1% 88.9%\n", "Participation 50.0% (weighted 50.0%): of 12 people invited.",
			"e = 0.900: of those of unknown eligibility", "2 cases are open or of unknown eligibility: RR5 and RR6",
			"web 1 0 9.1% 9.1% 8.3%\n", "1 12 6 36.4% 54.5% 50.0%\n", "4.90 1 left before the draw\n12 all\n"},
		"vi": {"RR trả lời 36,4% 54,5% 37,0%", "CON tiếp cận 72,7% 74,1% 88,9%\n", "Tỷ lệ tham gia 50,0% (có trọng số 50,0%): trong 12 người đã mời.",
			"e = 0,900: trong số chưa rõ có thuộc diện", "không công bố RR5 và RR6", "trang web 1 0 9,1% 9,1% 8,3%\n"},
	} {
		got := spoken(lang, func(a *app) {
			if err := a.sayOutcome(exampleOutcome(0), survey.EligibilityUnknown); err != nil {
				t.Error(err)
			}
		})
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", lang, want, got)
			}
		}
		if strings.Contains(got, "chưa có trạng thái cuối") || strings.Contains(got, "still open") || strings.Contains(got, "as of now") {
			t.Errorf("%s: nothing is open, and it says\n%s", lang, got)
		}
	}
	open := spoken("en", func(a *app) { _ = a.sayOutcome(exampleOutcome(3), survey.EligibilityUnknown) })
	for _, want := range []string{"3 still open, without a disposition\n15 all\n", "3 open cases count as not answered: these rates are as of now."} {
		if !strings.Contains(open, want) {
			t.Errorf("no %q in\n%s", want, open)
		}
	}
}

// While a campaign runs, staff see the few rates that they understand, and what is
// still open.
func TestRatesOfACampaignUnderWay(t *testing.T) {
	t.Parallel()
	say := func(o results.Outcome) func(*app) {
		return func(a *app) { a.outcomeLines(a.say, o.Total) }
	}
	for _, c := range []struct {
		lang string
		o    results.Outcome
		want string
	}{
		{"en", exampleOutcome(3), "Participation so far: 40.0% (6 of 15 invited); 3 cases are still open and count as not answered\n" +
			"Response RR1 28.6% · with partials RR2 42.9% · refusal REF1 7.1% · contact CON1 57.1%\n"},
		{"en", exampleOutcome(0), "Participation: 50.0% (6 of 12 invited)\nResponse RR1 36.4%"},
		{"vi", exampleOutcome(3), "Tham gia tới lúc này: 40,0% (6 trong 15 người đã mời); 3 lượt mời còn mở, tính là chưa trả lời\nTrả lời RR1 28,6% · kể cả một phần RR2 42,9%"},
		{"vi", results.OutcomeOf(slices.Values([]view.CaseCount{{N: 5}}), nil, results.One), ""},
	} {
		if got := spoken(c.lang, say(c.o)); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s:\n%s\nwant\n%s", c.lang, got, c.want)
		}
	}
	if (&app{}).share(nil) != "–" {
		t.Error("what cannot be computed is a dash")
	}
}
