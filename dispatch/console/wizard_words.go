package console

import (
	"fmt"
	"slices"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// wordSteps words the messages of a plan for nobody in particular.
func (v *visit) wordSteps(p dispatch.Plan, begins time.Time) ([]templates.WizardText, []templates.LintLine, error) {
	q, err := v.questionnaire(p.Spec.Questionnaire)
	if err != nil || q == nil || v.Forecast == nil {
		return nil, nil, err
	}
	r, err := v.Forecast(v.ctx)
	if err != nil {
		return nil, nil, err
	}
	r.At = begins
	samples, lints, err := dispatch.WordSteps(v.ctx, v.Store, p, r, q.Languages)
	if err != nil && survey.KindOf(err) == survey.Internal {
		v.Logger.WarnContext(v.ctx, "messages cannot be worded", "error", err.Error())
		return nil, nil, nil // the screen says the rest
	}
	return textsOf(samples), lintsOf(lints), err
}

func textsOf(samples []dispatch.Sample) []templates.WizardText {
	var out []templates.WizardText
	for _, s := range samples {
		out = append(out, templates.WizardText{Step: s.Step, Channel: string(s.Channel), Lang: string(s.Lang), Subject: s.Subject, Body: s.Body, Segments: s.Segments})
	}
	return out
}

func lintsOf(lints []dispatch.Lint) []templates.LintLine {
	var out []templates.LintLine
	for _, l := range lints {
		out = append(out, templates.LintLine{Code: string(l.Code), Step: l.Step, Lang: string(l.Lang), Detail: l.Detail})
	}
	return out
}

// timeline draws a protocol over its days: each contact where it is due at the earliest,
// each channel in a row of its own.
func timeline(p survey.Protocol, begins time.Time) templates.Timeline {
	var out templates.Timeline
	length := p.Length.Duration()
	if length <= 0 {
		return out
	}
	place := func(d time.Duration) string { return fmt.Sprintf("%.2f%%", 2+94*min(float64(d)/float64(length), 1)) }
	every := 24 * time.Hour
	for length/every > 10 {
		every *= 2
	}
	if length <= 26*time.Hour {
		every = max((length / 6).Round(30*time.Minute), 30*time.Minute)
	}
	for d := time.Duration(0); d <= length; d += every {
		out.Days = append(out.Days, templates.TimelineDay{X: place(d), At: begins.Add(d)})
	}
	after := time.Duration(0)
	for _, s := range p.Steps {
		at := s.After.Duration()
		if s.Since == survey.SincePrevious {
			at += after
		}
		after = max(after, at)
		out.Marks = append(out.Marks, templates.TimelineMark{X: place(at), Y: fmt.Sprint(20 + 28*max(slices.Index(survey.Channels(), s.Channel), 0)),
			Name: s.Name, Channel: string(s.Channel), At: begins.Add(at)})
	}
	return out
}
