package wording

import (
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// builtIns are all built-in texts as if the office had written them.
func builtIns(w *Wording) survey.OwnTexts {
	out := survey.OwnTexts{}
	for _, n := range survey.TextNames() {
		out[n] = w.BuiltIn(n)
	}
	return out
}

// What an office finds in the editor is what leaves without it, and may be kept as it is.
func TestBuiltInTextsAreWhatLeaves(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for name, text := range builtIns(w) {
		if bad := CheckText(name, text); len(bad) > 0 {
			t.Errorf("%s: %v %v", name, bad[0].Code, bad[0].Args)
		}
		if text != TidyText(name, text) {
			t.Errorf("%s is kept otherwise than it is", name)
		}
	}
	for _, q := range shipped(t)[:3] {
		for _, lang := range languages() {
			ours, own := sample(q, lang), sample(q, lang)
			own.Campaign.Texts = builtIns(w)
			for _, begun := range []int{0, 7} {
				p := instrument.Progress{Applicable: 12, Answered: begun, Left: 12 - begun}
				ours.Progress, own.Progress = p, p
				for _, text := range survey.StepTexts() {
					a, err1 := w.SMS(ours, text)
					b, err2 := w.SMS(own, text)
					if a != b || err1 != nil || err2 != nil {
						t.Errorf("%s %s %s: %q, in own words %q (%v, %v)", q.Name, lang, text, a, b, err1, err2)
					}
					m, err := w.Mail(own, text)
					if err != nil {
						t.Fatalf("%s %s %s: %v", q.Name, lang, text, err)
					}
					if n, _ := w.Mail(ours, text); m.Subject != n.Subject || strings.Contains(m.Text+m.HTML, "{") || !strings.Contains(m.HTML, own.StopLink) || !strings.Contains(m.HTML, own.Link) {
						t.Errorf("%s %s %s: subject %q, body\n%s", q.Name, lang, text, m.Subject, m.Text)
					}
				}
			}
			for _, kind := range []instrument.PromptKind{instrument.PromptIntro, instrument.PromptThanks} {
				a, _ := w.VoicePrompt(ours, instrument.Prompt{Kind: kind})
				b, err := w.VoicePrompt(own, instrument.Prompt{Kind: kind})
				if err != nil || !slices.Equal(a, b) {
					t.Errorf("%s: %q, in own words %q (%v)", kind, a, b, err)
				}
			}
		}
	}
}

func TestOwnWordsAreSaid(t *testing.T) {
	t.Parallel()
	w, q := newWording(t), shipped(t)[0]
	c := sample(q, survey.Vietnamese)
	name := func(o survey.Occasion, ch survey.Channel) survey.TextName {
		return survey.TextName{Occasion: o, Channel: ch, Lang: survey.Vietnamese}
	}
	c.Campaign.Texts = survey.OwnTexts{
		name(survey.OccasionInvitation, survey.Mail): {Subject: "Xin hỏi {xung_ho}", Body: "Dòng <b>một</b>\nDòng hai\n\n{cau_hoi}\n{link}\n- {vi_sao}\n- {cau_giu_kin}"},
		name(survey.OccasionReminder, survey.SMS):    {Body: "{ten_gui}: nhắc nhé {link} {thoi_nhan}"},
		name(survey.OccasionThanks, survey.SMS):      {Body: "{ten_gui} cảm ơn"},
	}
	m, err := w.Mail(c, TextInvitation)
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "Xin hỏi Bà" || !strings.Contains(m.HTML, "Dòng &lt;b&gt;một&lt;/b&gt;<br>Dòng hai") || !strings.Contains(m.HTML, "<li ") ||
		!strings.Contains(m.HTML, "?c=1") || !strings.Contains(m.Text, "- Bà có trong danh bạ") || !strings.Contains(m.Text, "Kính gửi") || strings.Contains(m.Text, "ngay_han") {
		t.Errorf("mail %q\n%s\n%s", m.Subject, m.Text, m.HTML)
	}
	if text, err := w.SMS(c, TextReminder); err != nil || !strings.HasSuffix(text, "Thoi nhan: TC") || !strings.Contains(text, "nhac nhe") {
		t.Errorf("%q %v", text, err)
	}
	c.CanReceive = false
	if text, err := w.SMS(c, TextReminder); err != nil || !strings.HasSuffix(text, "Thoi nhan: mo link") {
		t.Errorf("where no reply can come back: %q %v", text, err)
	}
	if text, err := w.SMSPrompt(c, instrument.Prompt{Kind: instrument.PromptThanks}); err != nil || !strings.HasSuffix(text, "cam on") {
		t.Errorf("thanks: %q %v", text, err)
	}
	c.Campaign.Purpose = survey.PurposeDutyReport
	if m, err := w.Mail(c, TextInvitation); err != nil || m.Subject == "Xin hỏi Bà" {
		t.Errorf("a duty report has the words of a survey: %q %v", m.Subject, err)
	}
}

func TestATextThatCannotBeUsedSaysWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, subject, body string
		want                survey.Code
		in, line, field     string
	}{
		{"reminder.sms.vi", "", "{ten_gui} {ho_ten} {link} {thoi_nhan}", survey.CodeTextField, "body", "", "{ho_ten}"},
		{"reminder.email.vi", "x", "một\nhai {ho_te}\n{link}", survey.CodeTextField, "body", "2", "{ho_te}"},
		{"reminder.email.vi", "{link}", "{link}", survey.CodeTextField, "subject", "", "{link}"},
		{"reminder.email.vi", "x", "{link\n{link}", survey.CodeTextBrace, "body", "1", ""},
		{"reminder.email.vi", "x", "van_phong}\n{link}", survey.CodeTextBrace, "body", "1", ""},
		{"reminder.sms.vi", "", "{ten_gui} {link}", survey.CodeTextLacks, "body", "", "{thoi_nhan}"},
		{"opening.sms.vi", "", "{ten_gui} {thoi_nhan}", survey.CodeTextLacks, "body", "", "{cau_hoi}"},
		{"invitation.call.vi", "", "Xin chào, bấm phím một.", survey.CodeTextKeys, "body", "", ""},
		{"thanks.sms.vi", "", " ", survey.CodeTextLength, "body", "", ""},
		{"last.email.vi", "", "{link}", survey.CodeTextLength, "subject", "", ""},
		{"thanks.sms.vi", "", strings.Repeat("á", 481), survey.CodeTextLength, "body", "", ""},
	} {
		n, ok := survey.ParseTextName(c.name)
		if !ok {
			t.Fatal(c.name)
		}
		bad := CheckText(n, survey.OwnText{Subject: c.subject, Body: c.body})
		if len(bad) == 0 || bad[0].Code != c.want || bad[0].Where != c.in || bad[0].Args["line"] != c.line || c.field != "" && bad[0].Args["field"] != c.field {
			t.Errorf("%s %q: %v", c.name, c.body, bad)
		}
		if c.want == survey.CodeTextField && !strings.Contains(bad[0].Args["expected"], "{van_phong}") {
			t.Errorf("%s: the allowed fields are not told: %v", c.name, bad[0].Args)
		}
	}
}

// FuzzCheckText: what is let through can be said, whatever it is.
func FuzzCheckText(f *testing.F) {
	for _, s := range []string{"{link} {thoi_nhan}", "{link}}{thoi_nhan}", "{{link}} {thoi_nhan}", "{link} {thoi_nhan} {van_phong}\n{dot}", "{link}{thoi_nhan}{"} {
		f.Add(s)
	}
	w := newWording(f)
	q := shipped(f)[0]
	n := survey.TextName{Occasion: survey.OccasionReminder, Channel: survey.SMS, Lang: survey.Vietnamese}
	f.Fuzz(func(t *testing.T, body string) {
		text := TidyText(n, survey.OwnText{Body: body})
		if len(CheckText(n, text)) > 0 {
			return
		}
		c := sample(q, survey.Vietnamese)
		c.Campaign.Texts = survey.OwnTexts{n: text}
		said, err := w.SMS(c, TextReminder)
		if err != nil || !strings.Contains(said, c.Link) {
			t.Errorf("%q: %q %v", body, said, err)
		}
	})
}
