package appraisal

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// parse reads a questionnaire that has no errors of its own.
func parse(t testing.TB, src string) *instrument.Questionnaire {
	t.Helper()
	q, errs := instrument.Parse("q.yaml", []byte(src))
	for _, e := range errs {
		t.Error(e)
	}
	if q == nil {
		t.Fatal("not parsed")
	}
	return q
}

// one is a questionnaire of one single question in two languages, with the
// given texts and choices.
func one(t testing.TB, lines ...string) *instrument.Questionnaire {
	t.Helper()
	return parse(t, "name: q\ntitle: T | T\nlanguages: [vi, en]\nquestions:\n  - name: a\n    kind: own_opinion\n    "+strings.Join(lines, "\n    ")+"\n")
}

// told lists what was found as "code key=value …" of the arguments named.
func told(list []*survey.Error, keys ...string) []string {
	var out []string
	for _, e := range list {
		s := string(e.Code)
		for _, k := range keys {
			if v := e.Args[k]; v != "" {
				s += " " + v
			}
		}
		out = append(out, s)
	}
	return out
}

func shipped(t testing.TB, name string) *instrument.Questionnaire {
	t.Helper()
	src, err := os.ReadFile("../../templates/questionnaire/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(src))
}

func TestWordingHints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ vi, en, want string }{
		{"Ông/Bà có đồng ý rằng giá cả đã ổn định?", "Prices", "leads có đồng ý rằng"},
		{"Ông/Bà hài lòng thế nào về trạm y tế?", "Health", "one_side hài lòng"},
		{"Ông/Bà hài lòng hay không hài lòng về trạm y tế?", "Health", ""},
		{"Ông/Bà có hài lòng với trạm y tế không?", "Health", ""},
		{"Giá cả tăng bao nhiêu?", "Prices", "presumes tăng bao nhiêu"},
		{"Ông/Bà nghe tin đồn nào?", "News", "loaded tin đồn"},
		{"Cán bộ lúc nào cũng có mặt?", "Officials", "absolute lúc nào cũng"},
		{"Chọn tất cả các nguồn Ông/Bà dùng", "Sources", ""},
		{"Đường sá và/hoặc nước sạch thế nào?", "Roads", "double và hoặc"},
		{"Tin đó nói gì, và Ông/Bà nghe ở đâu?", "News", "double gì và ông bà nghe ở đâu"},
		{"Nhờ sự quan tâm của tỉnh, đường sá thế nào?", "Roads", "official nhờ sự quan tâm"},
		{"Tình hình chung đang thế nào?", "Do you agree that prices are stable?", "leads do you agree that"},
		{"Tình hình chung đang thế nào?", "How satisfied are you?", "one_side satisfied"},
		{"Tình hình chung đang thế nào?", "How satisfied or dissatisfied are you?", ""},
		{"Tình hình chung đang thế nào?", "Are you satisfied or not?", ""},
		{"Tình hình chung đang thế nào?", "Do you never meet officials?", "absolute never"},
		// a statement to agree with is one-sided on purpose, and balanced by another
		{`"Cán bộ lúc nào cũng có mặt."`, `"Officials are always there."`, ""},
		// words inside others are not the words
		{"Nhà Ông/Bà ở đâu?", "Otherwise, how are things?", ""},
	} {
		q := one(t, "type: text", fmt.Sprintf("label: {vi: %q, en: %q}", c.vi, c.en), `sms: "Xin trả lời | Please answer"`)
		got := strings.Join(told(Of(q).Warnings, "why", "word"), "; ")
		want := c.want
		if want != "" {
			want = "wording_hint " + want
		}
		if got != want {
			t.Errorf("%s | %s: %q, want %q", c.vi, c.en, got, want)
		}
	}
}

func TestScales(t *testing.T) {
	t.Parallel()
	for choices, want := range map[string][]string{
		"{1: Rất hài lòng | Very satisfied, 2: Hài lòng | Satisfied, 3: Bình thường | Neither satisfied nor dissatisfied, 4: Không hài lòng | Dissatisfied, 5: Rất không hài lòng | Very dissatisfied}": nil,
		"{1: Rất hài lòng | Very satisfied, 2: Hài lòng | Satisfied, 3: Khá hài lòng | Fairly satisfied, 4: Không hài lòng | Dissatisfied}":                                                             {"scale_uneven vi 3 1", "scale_uneven en 3 1"},
		"{1: Tốt | Good, 2: Xấu | Bad, 3: Rất xấu | Very bad}": {"scale_uneven vi 1 2", "scale_uneven en 1 2"},
	} {
		q := one(t, "type: scale", "label: Thế nào? | How?", "choices: "+choices)
		if got := told(Of(q).Warnings, "lang", "up", "down"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", choices, got, want)
		}
	}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	for choices, want := range map[string][]string{
		"{1: Có | Yes, 2: Không | No}":                                           nil,
		"{1: Đúng | Right, 2: Sai lệch | Wrong}":                                 {"choice_like_stop 1 Dung"},
		"{1: Đất ở | Land, 2: Đắt ở | Dear}":                                     {"choice_same 2 1"},
		"{1: Tốt | Good, 2: Tốt (hơn trước) | Well}":                             {"choice_same 2 1"},
		"{1: Trước | Before, 2: Sau này | After}":                                nil, // a label goes before the keyword
		"{1: Một hai lần | Once, 2: 3-5 lần | 3-5 times, 3: Nhiều hơn | More}":   {"choice_digit 2 3 3"},
		"{1: Không lần nào | None, 2: 2 lần | 2 times, 3: Hơn 9 lần | Over 9}":   nil, // 2 is its own figure
		"{0: Không | None, 1: Dưới 5 triệu | Under 5, 2: Trên 5 triệu | Over 5}": nil, // nobody's figure
	} {
		q := one(t, "type: single", "label: Việc gì? | What?", "choices: "+choices)
		got := slices.DeleteFunc(told(Of(q).Warnings, "choice", "number", "typed", "as"), func(s string) bool {
			return !strings.HasPrefix(s, "choice_")
		})
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", choices, got, want)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	q := one(t, "type: single", "label: Trong 30 ngày qua? | In the last 20 days?", "hint: Ghi thêm ở đây | Ghi thêm ở đây", "choices: {1: Zalo | Zalo, 2: Khác | Other}")
	got := told(Of(q).Warnings, "lang", "part", "there", "here")
	want := []string{"text_figures en label 30 20", "text_untranslated en hint"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	only := parse(t, "name: q\ntitle: T\nquestions:\n  - {name: a, type: text, kind: fact, label: Gì}\n")
	langs := Languages(only)
	if l := langs[0]; l.Lang != survey.Vietnamese || !l.Declared || l.Texts != 2 || l.Present != 2 || langs[1].Declared || langs[1].Present != 0 {
		t.Errorf("languages %+v", langs)
	}
}

func TestStale(t *testing.T) {
	t.Parallel()
	before := shipped(t, "monthly.yaml")
	src, err := os.ReadFile("../../templates/questionnaire/monthly.yaml")
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) []string {
		if strings.Count(string(src), old) == 0 {
			t.Fatalf("%q is not there", old)
		}
		return told(Stale(before, parse(t, strings.ReplaceAll(string(src), old, new))), "name", "lang", "part")
	}
	for _, c := range []struct {
		old, new string
		want     []string
	}{
		{"minutes: 6", "minutes: 7", nil},
		{"vi: So với tháng trước, giá các mặt hàng thiết yếu nơi Ông/Bà sống thế nào?", "vi: So với tháng trước, giá hàng hóa thế nào?", []string{"text_stale gia_ca en label"}},
		{"1: Rất hài lòng | Very satisfied", "1: Hết sức hài lòng | Very satisfied", []string{"text_stale hl_thu_tuc en 1.label"}},
		{"1: Rất hài lòng | Very satisfied", "1: Hết sức hài lòng | Most satisfied", nil},
		{"1: Rất hài lòng | Very satisfied", "1: Rất hài lòng | Most satisfied", nil}, // the source did not change
		{"sms: Giá hàng thiết yếu so với tháng trước? |", "sms: Giá hàng so với tháng trước? |", []string{"text_stale gia_ca en sms"}},
	} {
		if got := change(c.old, c.new); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.new, got, c.want)
		}
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	q := parse(t, `name: q
title: T
questions:
  - {name: a, type: single, kind: fact, label: "Gì?", choices: {1: m, 2: n}}
  - {name: b, type: text, kind: fact, label: "Gì?", relevant: "${a} = 1 and ${a} = 2"}
  - {name: c, type: text, kind: fact, label: "Gì?", relevant: "${a} = 1 or ${a} != 1"}
  - {name: d, type: text, kind: fact, label: "Gì?", relevant: "${a} = 1 or (${a} = 2 and ${a} = 1)"}
  - {name: e, type: text, kind: fact, label: "Gì?", relevant: "${b} != ''"}
`)
	got := Of(q)
	if e := told(got.Errors, "name"); !slices.Equal(e, []string{"question_unreachable b", "question_unreachable e"}) {
		t.Errorf("errors %q", e)
	}
	if got.Errors[0].Where != "q.yaml:5" {
		t.Errorf("where %s", got.Errors[0].Where)
	}
	if w := told(got.Warnings, "name", "part"); !slices.Equal(w, []string{"condition_always c", "condition_part d ${a} = 2 and ${a} = 1"}) {
		t.Errorf("warnings %q", w)
	}
}

// Whatever is shipped can be published, and every mode of it is open.
func TestShippedQuestionnairesPass(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml"} {
		a := Of(shipped(t, name))
		if len(a.Errors) > 0 {
			t.Errorf("%s: %v", name, a.Errors)
		}
		for _, m := range a.Modes {
			if !m.Open {
				t.Errorf("%s by %s: %v", name, m.Mode, m.Refusals)
			}
		}
		for _, w := range a.Warnings {
			// The one question that really asks two things, in two languages.
			if w.Code != survey.CodeUnsafeFolded && w.Args["name"] != "tin_lan_nd" {
				t.Errorf("%s: %v", name, w)
			}
		}
	}
}

func TestEveryWhyHasWords(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, h := range Hows() {
		keys = append(keys, "how."+string(h))
	}
	for _, w := range Whys() {
		keys = append(keys, "why."+string(w))
	}
	for _, w := range HintWhys() {
		keys = append(keys, "why."+w)
	}
	for _, key := range keys {
		for _, l := range []string{"vi", "en"} {
			if words, ok := templates.Words(key, l, nil); !ok || words == "" {
				t.Errorf("%s has no words in %s", key, l)
			}
		}
	}
	for _, l := range []survey.Lang{survey.Vietnamese, survey.English} {
		for _, h := range hints(l) {
			if !slices.Contains(HintWhys(), h.why) || h.phrase != strings.Join(wordsOf(strings.ReplaceAll(h.phrase, "…", "x")), " ") && !strings.Contains(h.phrase, "…") {
				t.Errorf("%q %s can never be found, or has no words", h.phrase, h.why)
			}
		}
	}
}

// Whatever parses can be appraised, and what is found has a place in the file.
func FuzzAppraise(f *testing.F) {
	for _, name := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml"} {
		src, err := os.ReadFile("../../templates/questionnaire/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte("name: q\ntitle: T | T\nlanguages: [en, vi]\nquestions:\n  - {name: a, type: scale, kind: fact, label: \"1-3 | \\\"x\\\"\", choices: {1: dung, 2: Đúng, 12: 1-99999999999999999999}}\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		q, _ := instrument.Parse("f.yaml", src)
		if q == nil {
			return
		}
		a := Of(q)
		for _, e := range slices.Concat(a.Errors, a.Warnings) {
			if !strings.HasPrefix(e.Where, "f.yaml:") {
				t.Fatalf("%v has no place", e)
			}
		}
		for _, m := range a.Modes {
			if m.Open != (len(Shut(q, m.Mode)) == 0) || m.Least.Questions > m.Most.Questions {
				t.Fatalf("mode %+v", m)
			}
		}
		if found := Stale(q, q); len(found) > 0 {
			t.Fatalf("stale against itself: %v", found)
		}
	})
}
