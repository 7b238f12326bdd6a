package instrument

import (
	"slices"
	"testing"

	"canvass/dispatch/survey"
)

const filesHead = "name: a\ntitle: A\nquestions:\n  - {name: co, type: single, kind: fact, label: Có, choices: {1: m, 2: n}}\n"

func TestAnAttachmentsBounds(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]survey.Code{
		"accept: [photo]":                  "",
		"accept: [document, photo]":        "",
		"at_most: 3, max_size: 1":          "",
		"at_most: 4":                       survey.CodeRangeInvalid,
		"at_most: 0":                       survey.CodeRangeInvalid,
		"max_size: 6":                      survey.CodeRangeInvalid,
		"max_size: 0":                      survey.CodeRangeInvalid,
		"accept: []":                       survey.CodeYAML,
		"accept: photo":                    survey.CodeYAML,
		"accept: [film]":                   survey.CodeYAML,
		"accept: [photo, photo]":           survey.CodeYAML,
		"min: 1":                           survey.CodeUnknownKey,
		"choices: {1: a, 2: b}":            survey.CodeUnknownKey,
		"missing: [99]":                    survey.CodeUnknownKey,
		"default: x":                       survey.CodeUnknownKey,
		"constraint: \". > 3\"":            survey.CodeExpressionType,
		"constraint: \". = 'x'\"":          survey.CodeExpressionChoice,
		"constraint: \"selected(., 'x')\"": survey.CodeExpressionChoice,
		"constraint: \"count-selected(.) >= 2\", at_most: 2": "",
		"required: true, relevant: \"${co} = 1\"":            "",
	} {
		_, errs := Parse("a.yaml", []byte(filesHead+"  - {name: anh, type: attachment, kind: fact, label: Ảnh, "+src+"}\n"))
		got := survey.Code("")
		if len(errs) > 0 {
			got = errs[0].Code
		}
		if got != want || got != "" && errs[0].Where != "a.yaml:5" {
			t.Errorf("%s: %v, want %s", src, errs, want)
		}
	}
	if _, errs := Parse("a.yaml", []byte(filesHead+"  - {name: x, type: text, kind: fact, label: X, accept: [photo]}\n")); len(errs) != 1 || errs[0].Code != survey.CodeUnknownKey {
		t.Errorf("a text accepts photos: %v", errs)
	}
}

func TestReadingFiles(t *testing.T) {
	t.Parallel()
	q := parsed(t, filesHead+"  - {name: anh, type: attachment, kind: fact, label: Ảnh, accept: [photo], at_most: 2, max_size: 1}\n"+
		"  - {name: sau, type: note, label: \"Đã gửi ${anh|0} ảnh.\", relevant: \"count-selected(${anh}) >= 2\"}\n")
	anh, _ := q.Question("anh")
	const one, two, three = "jpeg-1000-aaaaaaaaaaaaaaaa", "png-9-bbbbbbbbbbbbbbbb", "webp-9-cccccccccccccccc"
	for _, c := range []struct {
		values []string
		want   string
	}{
		{nil, "skipped"}, {[]string{""}, "skipped"}, {[]string{one}, one}, {[]string{two, one}, two + " " + one}, {[]string{one, one}, one},
		{[]string{one, two, three}, "-attachment_too_many"}, {[]string{"pdf-9-aaaaaaaaaaaaaaaa"}, "-attachment_type"},
		{[]string{"jpeg-1048577-aaaaaaaaaaaaaaaa"}, "-attachment_too_large"}, {[]string{"../../etc/passwd"}, "-attachment_again"},
		{[]string{"exe-9-aaaaaaaaaaaaaaaa"}, "-attachment_again"}, {[]string{"jpeg-0-aaaaaaaaaaaaaaaa"}, "-attachment_again"}, {[]string{one + " " + two}, "-attachment_again"},
	} {
		ans, _, err := anh.ReadForm(c.values, "")
		got := string(ans.Value) + string(ans.Missing)
		if err != nil {
			got = "-" + string(err.Code)
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.values, got, c.want)
		}
	}
	a := survey.Answers{"co": {Value: "1"}, "anh": {Value: one + " " + two}}
	if err := q.Check("anh", a["anh"]); err != nil {
		t.Error(err)
	}
	if q.Check("anh", survey.Answer{Value: "x"}) == nil {
		t.Error("any words are files")
	}
	sau, _ := q.Question("sau")
	if got := Pipe(sau.Label.In(survey.Vietnamese), q.Fill(sau, a, survey.Vietnamese)); got != "Đã gửi 2 ảnh." {
		t.Errorf("says %q", got)
	}
	if got := names(q.Path(a, survey.Web)); got != "co anh sau" {
		t.Errorf("by web %s", got)
	}
	if got := names(q.Path(a, survey.TextMode)); got != "co sau" { // what the web took counts in every mode
		t.Errorf("by SMS %s", got)
	}
	if r := anh.ReadText("1", ReadContext{}); r.Outcome == survey.ReadAnswer {
		t.Error("a text is a file")
	}
	if r := anh.ReadKeys("1"); r.Outcome == survey.ReadAnswer {
		t.Error("a key is a file")
	}
}

// Who says by text or key that there are files gets the link where they can be sent,
// once, and the conversation goes on.
func TestFilesAreHandedOnToTheWeb(t *testing.T) {
	t.Parallel()
	q := parsed(t, `name: tep
title: Tệp
questions:
  - {name: co, type: single, kind: fact, label: "Có ảnh không?", choices: {1: Có, 2: Không}}
  - {name: anh, type: attachment, kind: fact, relevant: "${co} = '1'", label: Ảnh}
  - {name: cuoi, type: single, kind: fact, label: "Lần sau?", choices: {1: Có, 2: Không}}
`)
	for _, c := range []struct {
		mode   survey.Mode
		in     Input
		effect Effect
		link   bool
	}{
		{survey.TextMode, Input{Text: "1"}, EffectLink, true},
		{survey.TextMode, Input{Text: "2"}, EffectNone, false},
		{survey.Voice, Input{Keys: "1"}, EffectLink, false},
		{survey.Voice, Input{Keys: "1", NoLink: true}, EffectNone, false},
	} {
		state := State{Stage: StageQuestions, Current: "co", Lang: survey.Vietnamese}
		step := q.Step(state, survey.Answers{}, c.mode, c.in)
		said := slices.ContainsFunc(step.Prompts, func(p Prompt) bool { return p.Kind == PromptLink })
		if step.Effect != c.effect || said != c.link || step.State.Current != "cuoi" {
			t.Errorf("%s %+v: effect %q, link said %v, at %s", c.mode, c.in, step.Effect, said, step.State.Current)
		}
		after := q.Step(step.State, survey.Answers{"co": {Value: "1"}}, c.mode, Input{Text: "1", Keys: "1"})
		if after.Effect != EffectSubmit {
			t.Errorf("%s: then %q", c.mode, after.Effect)
		}
	}
}
