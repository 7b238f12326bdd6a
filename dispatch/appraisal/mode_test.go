package appraisal

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

func TestModes(t *testing.T) {
	t.Parallel()
	eight := "{1: a, 2: b, 3: c, 4: d, 5: e, 6: g, 7: h, 8: i}"
	for name, c := range map[string]struct {
		questions string
		mode      survey.Mode
		how       string // of the last question
		shut      string
	}{
		"eight options by keys":     {"{name: a, type: single, kind: fact, label: Gì, choices: " + eight + "}", survey.Voice, "refused too_many_keys", "a too_many_keys some"},
		"eight options by SMS":      {"{name: a, type: single, kind: fact, label: Gì, choices: " + eight + "}", survey.TextMode, "whole ", ""},
		"a text by keys":            {"{name: a, type: text, kind: fact, label: Gì}", survey.Voice, "left_out no_words", ""},
		"a required text by keys":   {"{name: a, type: text, kind: fact, label: Gì, required: true}", survey.Voice, "left_out no_words", "a no_words some"},
		"a forbidden word by SMS":   {"{name: a, type: text, kind: fact, label: Có tăng giá không}", survey.TextMode, "refused word_forbidden", "a word_forbidden some"},
		"a forbidden word by web":   {"{name: a, type: text, kind: fact, label: Có tăng giá không}", survey.Web, "whole ", ""},
		"two segments":              {"{name: a, type: text, kind: fact, label: " + strings.Repeat("xin viết ", 20) + "}", survey.TextMode, "split ", ""},
		"more than is taken":        {"{name: a, type: text, kind: fact, label: " + strings.Repeat("xin viết ", 180) + "}", survey.TextMode, "refused sms_too_large", "a sms_too_large some"},
		"a long prompt":             {"{name: a, type: integer, min: 0, max: 9, kind: fact, label: " + strings.Repeat("xin viết ", 80) + "}", survey.Voice, "refused prompt_too_long", "a prompt_too_long some"},
		"a short stem":              {"{name: a, type: text, kind: fact, label: Việc gì ở địa phương, sms: Việc gì}", survey.TextMode, "shortened ", ""},
		"beyond all paths":          {"{name: b, type: single, kind: fact, label: Gì, choices: {1: m, 2: n}}\n  - {name: a, type: single, kind: fact, label: Gì, choices: " + eight + ", relevant: \"${b} = 1 and ${b} = 2\"}", survey.Voice, "refused too_many_keys", ""},
		"not known to be reached":   {"{name: b, type: integer, min: 0, max: 999, kind: fact, label: Gì}\n  - {name: a, type: single, kind: fact, label: Gì, choices: " + eight + ", relevant: \"${b} * 7 = 301\"}", survey.Voice, "refused too_many_keys", "a too_many_keys unknown"},
		"only after a text":         {"{name: b, type: text, kind: fact, label: Gì}\n  - {name: a, type: single, kind: fact, label: Gì, choices: " + eight + ", relevant: \"${b} != ''\"}", survey.Voice, "refused too_many_keys", ""},
		"a file by SMS":             {"{name: b, type: integer, min: 0, max: 9, kind: fact, label: Gì}\n  - {name: a, type: attachment, kind: fact, label: Ảnh}", survey.TextMode, "left_out needs_file", ""},
		"a file by keys":            {"{name: b, type: integer, min: 0, max: 9, kind: fact, label: Gì}\n  - {name: a, type: attachment, kind: fact, label: Ảnh}", survey.Voice, "left_out needs_file", ""},
		"a required file by SMS":    {"{name: a, type: attachment, kind: fact, label: Ảnh, required: true}", survey.TextMode, "left_out needs_file", "a needs_file some"},
		"a required file by keys":   {"{name: a, type: attachment, kind: fact, label: Ảnh, required: true}", survey.Voice, "left_out needs_file", "a needs_file some"},
		"a required file by web":    {"{name: a, type: attachment, kind: fact, label: Ảnh, required: true}", survey.Web, "whole ", ""},
		"only after two files":      {"{name: b, type: attachment, at_most: 2, kind: fact, label: Gì}\n  - {name: a, type: single, kind: fact, label: Gì, choices: " + eight + ", relevant: \"count-selected(${b}) = 2\"}", survey.Voice, "refused too_many_keys", ""},
		"not of the core":           {"{name: b, type: integer, min: 0, max: 9, kind: fact, core: true, label: Gì}\n  - {name: a, type: single, kind: fact, label: Gì, choices: " + eight + "}", survey.Voice, "left_out not_core", ""},
		"too many, not of the core": {"{name: b, type: integer, min: 0, max: 9, kind: fact, core: true, label: Gì}\n  - {name: a, type: text, kind: fact, required: true, label: Gì}", survey.Voice, "left_out not_core", ""},
	} {
		q := parse(t, "name: q\ntitle: T\nquestions:\n  - "+c.questions+"\n")
		m := modeOf(q, c.mode)
		last := m.Questions[len(m.Questions)-1]
		var shut []string
		for _, r := range m.Refusals {
			shut = append(shut, fmt.Sprint(r.Question, " ", r.Why, " ", r.Proof))
		}
		if how := string(last.How) + " " + string(last.Why); how != c.how || strings.Join(shut, "; ") != c.shut || m.Open != (c.shut == "") {
			t.Errorf("%s: %q, shut %q, want %q and %q", name, how, shut, c.how, c.shut)
		}
		if e := Shut(q, c.mode); len(e) != len(m.Refusals) {
			t.Errorf("%s: %v", name, e)
		}
	}
}

// What depends on a question that a mode does not ask is told.
func TestModeBlind(t *testing.T) {
	t.Parallel()
	q := parse(t, `name: q
title: T
questions:
  - {name: a, type: single, kind: fact, label: Gì, choices: {1: m, 2: n}, required: true}
  - {name: b, type: single, kind: fact, label: Gì, choices: {1: m, 2: n}, core: true, relevant: "${a} = 1"}
`)
	got := strings.Join(told(Of(q).Warnings, "name", "mode", "looks"), "; ")
	if got != "required_left_out a sms; required_left_out a voice; mode_blind b sms a; mode_blind b voice a" {
		t.Errorf("%q", got)
	}
}

// The seconds of the content sheet come out, within one.
func TestSeconds(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]float64{
		"Theo Ông, Bà, tình hình chung ở xã, phường mình đang đi theo hướng nào? Tốt lên, bấm một. Như trước, bấm hai. Xấu đi, bấm ba.":                                               11,
		"Trong ba mươi ngày qua, Ông, Bà hoặc người trong nhà có đến xã, phường làm thủ tục gì không, kể cả làm qua mạng? Có, bấm một. Không, bấm hai.":                               11,
		"Với lần làm thủ tục gần nhất đó, Ông, Bà thấy thế nào? Rất hài lòng, bấm một. Hài lòng, bấm hai. Bình thường, bấm ba. Không hài lòng, bấm bốn. Rất không hài lòng, bấm năm.": 15,
		"Tin đó nói gì? Xin nói sau tiếng bíp, rồi bấm phím thăng.":                                                                                       5,
		"Chúng tôi có thể liên hệ lại để hỏi rõ hơn không? Có, bấm một. Không, bấm hai.":                                                                  7,
		"Kết quả so với ngày hẹn? Sớm hơn, bấm một. Như hẹn, bấm hai. Trễ một đến ba ngày, bấm ba. Trễ hơn ba ngày, bấm bốn. Không có ngày hẹn, bấm năm.": 13,
		"Năm tới, tỉnh nên tập trung vào việc nào nhất? Giá cả, việc làm, bấm một. Đất đai, quy hoạch, bấm hai. Y tế, trường học, bấm ba. Đường sá, rác, nước sạch, bấm bốn. An ninh, lừa đảo, bấm năm. Thủ tục, cán bộ, bấm sáu. Việc khác, bấm bảy.": 22,
	} {
		if got := Seconds(survey.Vietnamese, said); math.Abs(got-want) > 1.2 {
			t.Errorf("%.1f s, the sheet has %.0f: %s", got, want, said)
		}
	}
	for word, want := range map[string]int{"questions": 2, "people": 2, "like": 1, "the": 1, "press": 1, "30": 2} {
		if got := syllablesOf(survey.English, word); got != want {
			t.Errorf("%s: %d syllables, want %d", word, got, want)
		}
	}
}

// What is counted is what leaves: the words of dispatch/wording.
func TestCountedAsSent(t *testing.T) {
	t.Parallel()
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml"} {
		q := shipped(t, name)
		for _, m := range Modes(q) {
			for _, a := range m.Questions {
				for _, l := range q.Languages {
					w, p := wording.New(set), instrument.Prompt{Kind: instrument.PromptQuestion, Question: a.Question}
					p.Number, p.Of = q.Place(a.Question, m.Mode)
					c := wording.Context{Questionnaire: q, Lang: l}
					var want string
					switch {
					case a.Words == nil:
						continue
					case m.Mode == survey.TextMode:
						want, err = w.SMSPrompt(c, p)
						if want != smstext.Fold(want) || smstext.Count(want) != a.SMS[l].Folded {
							t.Errorf("%s %s: counted %+v", name, a.Question, a.SMS[l])
						}
					default:
						var said []string
						said, err = w.VoicePrompt(c, p)
						want = strings.Join(said, " ")
					}
					if err != nil || a.Words[l] != want {
						t.Errorf("%s %s %s: %q, sent is %q (%v)", name, a.Question, l, a.Words[l], want, err)
					}
				}
			}
		}
	}
}

// Thousands of choices are neither texted nor called out, and what is wrong with a list
// is told once however many questions use it; two communes of one name in two provinces
// are no mistake where the province is asked before.
func TestLongListsAreNotListed(t *testing.T) {
	t.Parallel()
	q := large(t, 12, 100)
	for _, m := range Modes(q) {
		why := map[survey.Mode]Why{survey.TextMode: WhyMany, survey.Voice: WhyKeys}[m.Mode]
		if m.Open != (why == "") {
			t.Errorf("%s is open: %v", m.Mode, m.Open)
		}
		for _, a := range m.Questions {
			if long := a.question.Typed(); long && a.Why != why || !long && a.How == Refused {
				t.Errorf("%s: %s is %s, %s", m.Mode, a.Question, a.How, a.Why)
			}
		}
	}
	src := "name: trung\ntitle: Trùng\nlists:\n  xa:\n    a1: {label: Tân Lập, with: {tinh: \"1\"}}\n    a2: {label: Tân Lập, with: {tinh: \"2\"}}\n    a3: {label: Tân Hòa, with: {tinh: \"1\"}}\nquestions:\n" +
		"  - {name: tinh, type: single, kind: fact, label: Tỉnh, choices: {1: Lam Xuyên, 2: Kim Giang}}\n" +
		"  - {name: xa, type: single, kind: fact, label: Xã, choices: xa, filter: \"tinh = ${tinh}\"}\n"
	same := func(src string) (n int) {
		q, errs := instrument.Parse("q.yaml", []byte(src))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		for _, w := range Of(q).Warnings {
			if w.Code == survey.CodeChoiceSame {
				n++
			}
		}
		return n
	}
	if n := same(src); n != 0 {
		t.Errorf("communes of two provinces are told as the same %d times", n)
	}
	for range 3 {
		src += "  - {name: que" + strings.Repeat("x", strings.Count(src, "que")) + ", type: single, kind: fact, label: Quê, choices: xa}\n"
	}
	if n := same(src); n != 1 {
		t.Errorf("one list with one fault, used three times without a filter, is told %d times", n)
	}
}
