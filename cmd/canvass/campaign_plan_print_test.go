package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"canvass/dispatch"
	"canvass/dispatch/forecast"
	"canvass/dispatch/survey"
)

// bigPlan is a plan with large numbers in every place.
func bigPlan() dispatch.Forecast {
	at := time.Date(2026, 12, 15, 1, 0, 0, 0, time.UTC)
	f := dispatch.Forecast{Campaign: "thang-12-2026-toan-tinh", At: at, Ends: at.AddDate(0, 0, 7), Frame: 1_250_000, Sample: 200_000, People: 200_000,
		Contacted: 198_500, Never: map[survey.Reason]int{survey.ReasonSuppressed: 1200, survey.ReasonNoEndpoint: 290, survey.ReasonNoConsent: 10},
		First:  map[survey.Channel]int{survey.Mail: 150_000, survey.SMS: 48_500},
		Total:  map[survey.Channel]dispatch.ChannelSum{},
		Finish: at.AddDate(0, 0, 6), Held: map[survey.Reason]int{survey.ReasonRate: 8220, survey.ReasonSenderCap: 1440, survey.ReasonBudget: 300},
		Cost: 249_000_000, Spent: 1_000_000, Budget: 250_000_000, BudgetEnds: at.AddDate(0, 0, 5), Others: 3,
		Late: map[survey.Channel]int{survey.SMS: 12_345}}
	for i, ch := range survey.Channels() {
		sum := forecast.Amount{N: 300_000, Segments: 700_000, Cost: 83_000_000}
		f.Total[ch] = sum
		f.Days = append(f.Days, forecast.Day{Date: survey.DateOf(at), Channel: ch, Amount: sum})
		f.Steps = append(f.Steps, dispatch.StepForecast{Step: "nhac-lan-hai", Channel: ch, N: 300_000, First: at, Last: f.Finish})
		f.Paces = append(f.Paces, dispatch.PaceForecast{Of: "sender", Name: "khaosat@vanphong.example", Channel: ch, Rate: 12.5, Peak: 12.5, Held: 8220})
		if ch != survey.Call {
			f.Samples = append(f.Samples, dispatch.Sample{Step: "nhac-lan-hai", Channel: ch, Lang: survey.Vietnamese, People: 190_000, Segments: 2, Worst: i == 1})
		}
	}
	for _, code := range dispatch.LintCodes() {
		f.Lints = append(f.Lints, dispatch.Lint{Code: code, Step: "nhac-lan-hai", Lang: survey.Vietnamese, People: 190_000})
	}
	return f
}

// The plan fits a terminal of 80 columns, and its first lines say how many people,
// how many messages, by when and for how much.
func TestPlanFitsATerminal(t *testing.T) {
	t.Parallel()
	for _, lang := range []survey.Lang{survey.Vietnamese, survey.English} {
		for _, launched := range []bool{false, true} {
			var out bytes.Buffer
			p := bigPlan()
			p.Launched, p.Answering = launched, 0.125
			if err := (&app{lang: lang, out: &sink{w: &out}}).tellPlan(p, false); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String()) {
				if n := utf8.RuneCountInString(strings.TrimSpace(line)); n > 80 && !strings.HasPrefix(line, "!") {
					t.Errorf("%d columns: %s", n, line)
				}
			}
			head := strings.Join(strings.SplitN(out.String(), "\n", 4)[:3], "\n")
			for _, want := range []string{"198", "300", "21/12/2026", "249"} {
				if !strings.Contains(head, want) {
					t.Errorf("%s is not in the first three lines:\n%s", want, head)
				}
			}
		}
	}
}

// What a launch would be refused for is said before all else, and fails the command.
func TestPlanOfWhatWouldBeRefused(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := bigPlan()
	p.Refused = &survey.Error{Kind: survey.Invalid, Code: survey.CodeSenderMissing}
	if err := (&app{lang: survey.English, out: &sink{w: &out}}).tellPlan(p, false); err != p.Refused || !strings.HasPrefix(out.String(), "! A launch would be refused") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
