package wording

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// own is the office's own text for an occasion, if the campaign has one. A duty report
// has none: what it must not promise is in its built-in words.
func (c Context) own(o survey.Occasion, ch survey.Channel) (survey.OwnText, bool) {
	if c.Campaign.Purpose == survey.PurposeDutyReport {
		return survey.OwnText{}, false
	}
	t, ok := c.Campaign.Texts[survey.TextName{Occasion: o, Channel: ch, Lang: c.Lang.Or(survey.Vietnamese)}]
	return t, ok
}

// urgent reports whether the campaign is a poll of one or two questions.
func (c Context) urgent() bool { return !c.Monthly() && quick(c.Questionnaire) != "" }

// occasion is what a text of a step is for.
func occasion(text string) survey.Occasion { return survey.Occasion(text) }

// ownMail is the mail of a step in the office's own words; false where it has none. The
// invitation of an urgent poll is that of any campaign where it has no words of its own.
func (w *Wording) ownMail(c Context, text string) (templates.Mail, bool, error) {
	t, ok := c.own(occasion(text), survey.Mail)
	if text == TextInvitation && c.urgent() {
		if urgent, has := c.own(survey.OccasionUrgent, survey.Mail); has {
			t, ok = urgent, true
		}
	}
	if !ok {
		return templates.Mail{}, false, nil
	}
	letter, err := w.invitation(c, templates.Envelope{Tongue: c.tongue(), Fields: c.Fields()})
	if err != nil {
		return templates.Mail{}, true, err
	}
	m, err := w.set.OwnMail(letter.Envelope, t.Subject, t.Body, letter.First)
	return m, true, err
}

// ownSMS is a text message in the office's own words; false where it has none.
func (w *Wording) ownSMS(c Context, o survey.Occasion, f templates.Fields) (string, bool, error) {
	t, ok := c.own(o, survey.SMS)
	if !ok {
		return "", false, nil
	}
	var err error
	if f.Way, err = w.set.Text(c.tongue(), either(c.CanReceive, "stop.keyword", "stop.opened"), templates.Fields{}); err != nil {
		return "", true, err
	}
	text, err := w.set.Merged(c.tongue(), t.Body, f)
	return c.onAir(text), true, err
}

// ownOpening is the first message of a conversation in the office's own words.
func (w *Wording) ownOpening(c Context, f templates.Fields) (string, bool, error) {
	if !c.urgent() {
		return w.ownSMS(c, survey.OccasionOpening, f)
	}
	f.Questions = quick(c.Questionnaire)
	return w.ownSMS(c, survey.OccasionUrgent, f)
}

// ownSaid are the sentences of a call in the office's own words; false where it has none.
func (w *Wording) ownSaid(c Context, kind instrument.PromptKind, f templates.Fields) ([]string, bool, error) {
	o, ok := map[instrument.PromptKind]survey.Occasion{instrument.PromptIntro: survey.OccasionInvitation, instrument.PromptThanks: survey.OccasionThanks}[kind]
	if !ok {
		return nil, false, nil
	}
	t, ok := c.own(o, survey.Call)
	if !ok {
		return nil, false, nil
	}
	text, err := w.set.Merged(c.tongue(), t.Body, f)
	return sentences(text), true, err
}

// BuiltIn is a text as it is without the office's own words, written as an office would.
func (w *Wording) BuiltIn(n survey.TextName) survey.OwnText {
	subject, body := w.set.BuiltIn(string(n.Occasion), string(n.Channel), string(n.Lang))
	return survey.OwnText{Subject: subject, Body: body}
}

// OwnValues are the values of the merge fields that the office's own texts may name.
func (w *Wording) OwnValues(c Context, n survey.TextName) (map[string]string, error) {
	letter, err := w.invitation(c, templates.Envelope{Tongue: c.tongue(), Fields: c.Fields()})
	if err != nil {
		return nil, err
	}
	f := letter.Fields
	if f.Way, err = w.set.Text(c.tongue(), "stop.keyword", templates.Fields{}); err != nil {
		return nil, err
	}
	if q := FirstPressed(c.Questionnaire); q != nil {
		f.Asked = c.personal(instrument.Pipe(q.Label.In(c.Lang), nil))
		if n.Channel == survey.SMS {
			f.Asked = strings.TrimRight(instrument.Pipe(q.SMS.In(c.Lang), nil), ". ")
		}
	}
	out := map[string]string{}
	for _, name := range TextFields(n, "body") {
		if out[name], err = w.set.Merged(c.tongue(), "{"+name+"}", f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// TextFields are the merge fields that a text may name: those that have a value whoever
// it goes to. In is "subject" or "body".
func TextFields(n survey.TextName, in string) []string {
	if n.Channel == survey.Call {
		return []string{"van_phong", "khao_sat"}
	}
	out := []string{"van_phong", "ten_gui", "dien_thoai", "phu_trach", "khao_sat", "thang", "dot", "phieu", "cau", "phut",
		"gio_han", "ngay_han_day_du", "luc_khep", "han_thu"}
	if n.Channel == survey.Mail {
		out = append(out, "xung_ho")
	}
	switch n.Occasion {
	case survey.OccasionPartial:
		out = append(out, "da", "con", "phut_con")
	case survey.OccasionReminder, survey.OccasionLast:
		out = append(out, "khi_moi")
	}
	if in == "subject" {
		return out
	}
	switch {
	case n.Channel == survey.Mail && (n.Occasion == survey.OccasionInvitation || n.Occasion == survey.OccasionUrgent):
		out = append(out, "link", "cau_hoi", "vi_sao", "cau_giu_kin")
	case n.Channel == survey.Mail:
		out = append(out, "link", "vi_sao", "cau_giu_kin")
	case n.Occasion == survey.OccasionOpening || n.Occasion == survey.OccasionUrgent:
		out = append(out, "cau_hoi", "thoi_nhan", "link")
	case n.Occasion != survey.OccasionThanks:
		out = append(out, "link", "thoi_nhan")
	}
	return out
}

// NeededFields are the merge fields that a text cannot be without: who gets it could not
// answer, or not say that they want no more.
func NeededFields(n survey.TextName) []string {
	switch {
	case n.Channel == survey.Mail:
		return []string{"link"}
	case n.Channel == survey.Call || n.Occasion == survey.OccasionThanks:
		return nil
	case n.Occasion == survey.OccasionOpening || n.Occasion == survey.OccasionUrgent:
		return []string{"cau_hoi", "thoi_nhan"}
	}
	return []string{"link", "thoi_nhan"}
}

// LongestText is the most characters of a text of a channel, and of a subject.
func LongestText(ch survey.Channel) int {
	return map[survey.Channel]int{survey.Mail: 4000, survey.SMS: 480, survey.Call: 600}[ch]
}

// longestSubject is the most characters of a subject with its merge fields.
const longestSubject = 200

// TidyText is a text as it is kept: composed letters, no spaces at the ends of lines, a
// subject of one line, a text message too.
func TidyText(n survey.TextName, t survey.OwnText) survey.OwnText {
	line := func(s string) string { return strings.Join(strings.Fields(smstext.Normalize(s)), " ") }
	if n.Channel != survey.Mail {
		return survey.OwnText{Body: line(t.Body)}
	}
	lines := strings.Split(strings.ReplaceAll(t.Body, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = line(l)
	}
	return survey.OwnText{Subject: line(t.Subject), Body: strings.Trim(strings.Join(lines, "\n"), "\n")}
}

// CheckText returns what keeps a text from being used, in the order of its lines. Where is
// "subject" or "body".
func CheckText(n survey.TextName, t survey.OwnText) []*survey.Error {
	var out []*survey.Error
	if n.Channel == survey.Mail {
		out = append(out, checkPart(n, "subject", t.Subject, longestSubject)...)
	}
	out = append(out, checkPart(n, "body", t.Body, LongestText(n.Channel))...)
	for _, field := range NeededFields(n) {
		if !strings.Contains(t.Body, "{"+field+"}") {
			out = append(out, invalid(survey.CodeTextLacks, "body", "field", "{"+field+"}"))
		}
	}
	if n.Channel == survey.Call && n.Occasion == survey.OccasionInvitation {
		first, second := "phím một", "phím hai"
		if n.Lang == survey.English {
			first, second = "one", "two"
		}
		if said := strings.ToLower(t.Body); !strings.Contains(said, first) || !strings.Contains(said, second) {
			out = append(out, invalid(survey.CodeTextKeys, "body", "first", first, "second", second))
		}
	}
	return out
}

// checkPart finds what is wrong with the length and the merge fields of one part.
func checkPart(n survey.TextName, in, text string, most int) []*survey.Error {
	length := utf8.RuneCountInString(text)
	if strings.TrimSpace(text) == "" || length > most {
		return []*survey.Error{invalid(survey.CodeTextLength, in, "n", strconv.Itoa(length), "max", strconv.Itoa(most))}
	}
	allowed := TextFields(n, in)
	var out []*survey.Error
	for i, line := range strings.Split(text, "\n") {
		at := strconv.Itoa(i + 1)
		if n.Channel != survey.Mail || in == "subject" {
			at = "" // one line
		}
		names, whole := fieldsIn(line)
		for _, name := range names {
			if !slices.Contains(allowed, name) {
				out = append(out, invalid(survey.CodeTextField, in, "line", at, "field", "{"+name+"}", "expected", "{"+strings.Join(allowed, "}, {")+"}"))
			}
		}
		if !whole {
			out = append(out, invalid(survey.CodeTextBrace, in, "line", at, "field", "{van_phong}"))
		}
	}
	return out
}

// fieldsIn are the names in the braces of a line; false if a brace has no partner.
func fieldsIn(line string) (names []string, whole bool) {
	for {
		before, rest, found := strings.Cut(line, "{")
		if strings.Contains(before, "}") {
			return names, false
		}
		if !found {
			return names, true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || strings.Contains(name, "{") {
			return names, false
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		line = after
	}
}

// invalid is an error about a part of a text. Args are key, value pairs; empty values
// are left out.
func invalid(code survey.Code, where string, args ...string) *survey.Error {
	e := &survey.Error{Kind: survey.Invalid, Code: code, Where: where, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i+1] != "" {
			e.Args[args[i]] = args[i+1]
		}
	}
	return e
}
