package templates

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, lang string
		args       map[string]string
		want       string
	}{
		{"answer_too_many", "vi", map[string]string{"max": "3", "over": "1"}, "Câu này chọn nhiều nhất 3. Xin bỏ bớt 1 ô."},
		{"answer_too_many", "vi", nil, "Đã chọn quá số ô. Xin bỏ bớt."},
		{"answer_too_many", "en", map[string]string{"max": "3"}, "Choose up to 3. Please take some away."},
		{"answer_out_of_range", "vi", map[string]string{"min": "0", "max": "30"}, "Xin ghi một số từ 0 đến 30."},
		{"reason.opted_out", "vi", nil, "đã ngừng nhận"},
		{"campaign_state", "vi", map[string]string{"name": "thang-12", "machine": "campaign", "state": "paused", "may": "resume, close"},
			`Khảo sát thang-12 đang ở trạng thái "Tạm dừng" nên chưa làm được việc này. Chưa có gì bị thay đổi. Lúc này dùng được: canvass campaign resume, close.`},
		{"state_conflict", "en", map[string]string{"machine": "invitation", "state": "closed", "event": "start"},
			`The state has changed, so this could not be done: the case is "Closed". Nothing was changed. Look at the present state and try again if it is still needed.`},
		{"disposition.1.2", "en", nil, "partial, sufficient"},
		{"attempt.unknown", "vi", nil, "Chưa rõ"},
		{"file_format", "en", map[string]string{"why": "empty"}, "The file is not in a form that can be read: it is empty. Nothing was changed. Save it from Excel as .xlsx, or as CSV in UTF-8, and try again."},
		{"phone_invalid", "en", map[string]string{"value": "{x}[y]"}, `The phone number "{x}[y]" is not valid. It is not used. Write all its digits, for example 0912 345 678.`},
	} {
		got, ok := Words(c.code, c.lang, c.args)
		if !ok || got != c.want {
			t.Errorf("%s %s: %q %v, want %q", c.code, c.lang, got, ok, c.want)
		}
	}
	if _, ok := Words("no_such_code", "vi", nil); ok {
		t.Error("words for a code that does not exist")
	}
}

// Whatever a room forgets to say, the words stay whole: no brackets, no holes,
// no doubled blanks.
func TestWordsStayWhole(t *testing.T) {
	t.Parallel()
	words, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	src, err := wordFiles.ReadFile(codeFile)
	if err != nil {
		t.Fatal(err)
	}
	ragged := regexp.MustCompile(`[\[\]{}|]|  | [,;:]| \.(?: |$)|\(\)|…`)
	for _, m := range regexp.MustCompile(`(?m)^\[([a-z_.]+)\]$`).FindAllStringSubmatch(string(src), -1) {
		for _, lang := range []string{"vi", "en"} {
			all := map[string]string{}
			for _, name := range holes(words[m[1]].in(lang)) {
				all[name] = "x"
			}
			cases := []map[string]string{nil, all}
			for name := range all {
				cases = append(cases, map[string]string{name: "x"})
			}
			for _, args := range cases {
				if got, _ := Words(m[1], lang, args); ragged.MatchString(got) {
					t.Errorf("%s %v: %q", m[1], args, got)
				}
			}
		}
	}
}

// The tone of the glossary holds for every sentence that leaves the house.
func TestTone(t *testing.T) {
	t.Parallel()
	words, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	never := []string{"!", "vui lòng", "thất bại", "nghiêm trọng", "quý vị", "quý khách", "đồng chí", "yêu cầu", "đề nghị đồng chí",
		"khẩn trương", "bảo mật", "đối tượng", "chiến dịch", "dừng nhận", "rất tiếc", "thành công"}
	for key, s := range words {
		for _, w := range never {
			if strings.Contains(strings.ToLower(s.vi), w) && !allowedTone(key, w) {
				t.Errorf("[%s] says %q: %s", key, w, s.vi)
			}
		}
		marks := "“”‘’—…"
		if !strings.HasPrefix(key, ofConsole) { // screens write a range of numbers as 9,8–17,5
			marks += "–"
		}
		if strings.Contains(s.vi, "'") && !strings.Contains(key, "_") || strings.ContainsAny(s.vi, marks) {
			t.Errorf("[%s] has typesetter's marks: %s", key, s.vi)
		}
	}
}

// allowedTone names the staff words that may use a word respondents never see.
func allowedTone(key, word string) bool {
	return word == "yêu cầu" && slices.Contains([]string{"throttled", "reason.throttled"}, key)
}

func TestQuestionnairesShip(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml", "yearly.yaml"} {
		if b, err := fs.ReadFile(Questionnaires(), name); err != nil || len(b) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSingular(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"There are one questions, about one minutes.": "There is one question, about one minute.",
		"2 questions, about 1 minutes":                "2 questions, about 1 minute",
		"11 minutes, 21 questions":                    "11 minutes, 21 questions",
	} {
		if got := singular(in); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
