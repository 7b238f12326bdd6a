package wording

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"canvass/dispatch/disposition"
	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/templates"
)

func newWording(t testing.TB) *Wording {
	t.Helper()
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	return New(set)
}

// shipped parses the questionnaires that ship, and one with what they lack.
func shipped(t testing.TB) []*instrument.Questionnaire {
	t.Helper()
	var out []*instrument.Questionnaire
	parse := func(name string, src []byte) {
		q, faults := instrument.Parse(name, src)
		if len(faults) > 0 {
			t.Fatalf("%s: %v", name, faults[0])
		}
		out = append(out, q)
	}
	for _, name := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml"} {
		src, err := fs.ReadFile(templates.Questionnaires(), name)
		if err != nil {
			t.Fatal(err)
		}
		parse(name, src)
	}
	parse("types.yaml", []byte(everyType))
	src, err := os.ReadFile("../instrument/testdata/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parse("types.yaml", src)
	return out
}

// everyType has the types that the shipped questionnaires lack.
const everyType = `
name: moi_loai
title: Ý kiến tháng 12 | Views for December
languages: [vi, en]
minutes: 3
missing:
  98: Khó nói | Hard to say
  99: Không muốn trả lời | Prefer not to say
questions:
  - name: loi_dau
    type: note
    label: Xin mời trả lời vài câu. | A few questions, please.
  - name: so_nguoi
    type: integer
    kind: fact
    required: true
    min: 0
    max: 30
    label: Ông/Bà đã trò chuyện với khoảng bao nhiêu người dân? | With about how many residents did you talk?
  - name: tin_cay
    type: scale
    kind: own_opinion
    min: 0
    max: 10
    low: không tin chút nào | no trust at all
    high: rất tin | full trust
    label: Ông/Bà tin thông báo của xã, phường tới mức nào? | How far do you trust announcements of your commune?
  - name: y_kien
    type: text
    kind: what_i_hear
    label: Còn việc gì cần được biết? | Anything else that should be known?
`

func ends() time.Time { return time.Date(2026, 12, 18, 10, 0, 0, 0, time.UTC) } // 17:00 in Viet Nam

// sample is a context in which everything is known; people are invented.
func sample(q *instrument.Questionnaire, lang survey.Lang) Context {
	return Context{
		Campaign: survey.Campaign{
			Title:           map[survey.Lang]string{"vi": "Ý kiến tháng 12 năm 2026", "en": "Views for December 2026"},
			Purpose:         survey.PurposeSurvey,
			Confidentiality: survey.Identified,
			Design:          survey.Design{Method: survey.Stratified},
			EndsAt:          ends(),
			Office: survey.Office{
				Name:    map[survey.Lang]string{"vi": "Phòng Dư luận xã hội tỉnh Lam Xuyên", "en": "Lam Xuyen provincial opinion office"},
				Short:   map[survey.Lang]string{"vi": "DLXH Lam Xuyên", "en": "DLXH Lam Xuyen"},
				Contact: "Nguyễn Thị Sim", Phone: "0298 3555 010", Mail: "ks@lamxuyen.example",
			},
		},
		Zone: time.FixedZone("+07", 7*3600), Now: ends().Add(-3 * time.Hour), Lang: lang,
		Name: "Đỗ Thị Kim Oanh", Title: "Bà",
		Link:       "https://ks.lamxuyen.example/r/kV3xQ9mT2bY7wR5nZ8cJ4A",
		StopLink:   "https://ks.lamxuyen.example/u/kV3xQ9mT2bY7wR5nZ8cJ4A",
		CanReceive: true, Questionnaire: q, FrameSize: 300,
		InvitedAt: ends().AddDate(0, 0, -4), AnsweredAt: ends().AddDate(0, 0, -3),
	}
}

func languages() []survey.Lang { return []survey.Lang{survey.Vietnamese, survey.English} }

// The completeness of the words: every code, reason, disposition, kind and
// state of survey has its words in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, c := range survey.Codes() {
		keys = append(keys, string(c))
	}
	for _, d := range survey.Dispositions() {
		keys = append(keys, "disposition."+string(d))
	}
	for _, c := range disposition.Classes() {
		keys = append(keys, "class."+string(c))
	}
	for _, k := range []survey.Kind{survey.Invalid, survey.NotFound, survey.Conflict, survey.Forbidden, survey.Unavailable, survey.Internal} {
		keys = append(keys, "kind."+string(k))
	}
	for _, c := range survey.Channels() {
		keys = append(keys, "channel."+string(c))
	}
	for _, m := range survey.Modes() {
		keys = append(keys, "mode."+string(m))
	}
	keys = append(keys, states(survey.CampaignMachine())...)
	keys = append(keys, states(survey.ReplicateMachine())...)
	keys = append(keys, states(survey.InvitationMachine())...)
	keys = append(keys, states(survey.AttemptMachine())...)
	keys = append(keys, states(survey.ResponseMachine())...)
	keys = append(keys, states(survey.SeriesMachine())...)
	keys = append(keys, states(survey.WaveMachine())...)
	keys = append(keys, states(survey.HealthMachine())...)
	keys = append(keys, states(survey.MatterMachine())...)
	for _, k := range survey.MatterKinds() {
		keys = append(keys, "matter_kind."+string(k))
	}
	for _, k := range []survey.EventKind{survey.EventSenderHalted, survey.EventSenderResumed} {
		keys = append(keys, "event."+string(k))
	}
	for _, s := range survey.AttemptMachine().States {
		keys = append(keys, "call."+string(s))
	}
	for _, f := range survey.Findings() {
		keys = append(keys, "finding."+string(f))
	}
	for _, s := range survey.StopSources() {
		keys = append(keys, "source."+s)
	}
	for _, m := range []string{survey.CampaignMachine().Name, survey.ReplicateMachine().Name, survey.InvitationMachine().Name,
		survey.AttemptMachine().Name, survey.ResponseMachine().Name, survey.MatterMachine().Name} {
		keys = append(keys, "machine."+m)
	}
	for _, r := range reasons(t) {
		keys = append(keys, "reason."+r)
	}
	for _, key := range keys {
		for _, lang := range languages() {
			if words, ok := templates.Words(key, string(lang), nil); !ok || words == "" {
				t.Errorf("%s has no words in %s", key, lang)
			}
		}
	}
}

func states[S, E ~string](m survey.Machine[S, E]) []string {
	var out []string
	for _, s := range m.States {
		out = append(out, m.Name+"."+string(s))
	}
	return out
}

// reasons reads the reasons from their source, which lists them nowhere else.
func reasons(t *testing.T) []string {
	t.Helper()
	src, err := fs.ReadFile(surveySource(), "reason.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^\s+Reason\w+\s+Reason\s+=\s+"([a-z_]+)"`).FindAllSubmatch(src, -1) {
		out = append(out, string(m[1]))
	}
	if len(out) < 30 {
		t.Fatalf("found %d reasons only", len(out))
	}
	return out
}

func TestMails(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for _, q := range shipped(t) {
		for _, lang := range languages() {
			for _, purpose := range []survey.Purpose{survey.PurposeSurvey, survey.PurposeDutyReport} {
				for _, method := range []survey.Method{survey.Census, survey.SRS, survey.Stratified} {
					for _, text := range Texts() {
						c := sample(q, lang)
						c.Campaign.Purpose, c.Campaign.Design.Method = purpose, method
						c.Progress = instrument.Progress{Applicable: 12, Answered: 7, Left: 5}
						if text != TextPartial {
							c.Progress = instrument.Progress{Applicable: 12, Left: 12}
						}
						checkMail(t, w, c, text)
					}
				}
			}
		}
	}
}

func checkMail(t *testing.T, w *Wording, c Context, text string) {
	t.Helper()
	m, err := w.Mail(c, text)
	if err != nil {
		t.Fatalf("%s %s %s: %v", c.Questionnaire.Name, c.Lang, text, err)
	}
	if n := utf8.RuneCountInString(m.Subject); n > 60 {
		t.Errorf("subject of %d characters: %s", n, m.Subject)
	}
	duty := c.Campaign.Purpose == survey.PurposeDutyReport
	assess := strings.Contains(m.Text, "không dùng để đánh giá") || strings.Contains(m.Text, "not used to assess")
	if assess != (!duty && text == TextInvitation) {
		t.Errorf("%s, duty %v: promise not to assess: %v", text, duty, assess)
	}
	if text == TextInvitation {
		drawn := strings.Contains(m.Text, "ngẫu nhiên") || strings.Contains(m.Text, "at random")
		if drawn == (c.Campaign.Design.Method == survey.Census) {
			t.Errorf("method %s: says drawn at random: %v", c.Campaign.Design.Method, drawn)
		}
	}
}

func TestMailText(t *testing.T) {
	t.Parallel()
	w, q := newWording(t), shipped(t)[0]
	m, err := w.Mail(sample(q, survey.Vietnamese), TextInvitation)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Kính gửi Bà Đỗ Thị Kim Oanh,", "ý kiến của chính Bà trong tháng 12", "Phiếu có 12 câu, mất khoảng 6 phút",
		"Tốt lên: https://ks.lamxuyen.example/r/kV3xQ9mT2bY7wR5nZ8cJ4A?c=1", "?c=98", "17 giờ, thứ Sáu 18/12/2026",
		"Bà có trong danh bạ cộng tác viên dư luận xã hội của tỉnh và được chọn ngẫu nhiên cho đợt này.",
	} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the invitation lacks %q:\n%s", want, m.Text)
		}
	}
	if strings.Contains(m.Text, "Ông/Bà") {
		t.Errorf("a letter to her says Ông/Bà:\n%s", m.Text)
	}
	if strings.Contains(m.Text, "?c=99") {
		t.Error("the mail offers to press a refusal")
	}
	if m.Subject != "Mời Bà cho ý kiến tháng 12 (khoảng 6 phút)" {
		t.Error(m.Subject)
	}
	c := sample(q, survey.Vietnamese)
	c.Campaign.Confidentiality = survey.Confidential
	if _, err := w.Mail(c, TextInvitation); !errors.Is(err, templates.ErrMissing) {
		t.Errorf("a confidential invitation without its key holder: %v", err)
	}
	c.KeyHolder, c.EraseAt = "Lê Văn Giữ", ends().AddDate(1, 0, 0)
	if m, err = w.Mail(c, TextInvitation); err != nil || strings.Contains(m.Text, "?c=") || !strings.Contains(m.Text, "bị xóa ngày 18/12/2027") {
		t.Errorf("confidential: %v\n%s", err, m.Text)
	}
	if _, err := w.Mail(c, "poem"); survey.CodeOf(err) != survey.CodeProtocolInvalid {
		t.Errorf("unknown text: %v", err)
	}
}

// Who began is never invited afresh; who did not begin has nothing to resume.
func TestFitting(t *testing.T) {
	t.Parallel()
	w, q := newWording(t), shipped(t)[0]
	c := sample(q, survey.Vietnamese)
	c.Progress = instrument.Progress{Applicable: 12, Answered: 7, Left: 5}
	m, err := w.Mail(c, TextReminder)
	if err != nil || m.Subject != "Còn 5 câu nữa, phần đã làm vẫn được giữ" {
		t.Errorf("%q %v", m.Subject, err)
	}
	c.Progress = instrument.Progress{Applicable: 12, Left: 12}
	if m, err = w.Mail(c, TextPartial); err != nil || m.Subject != "Phiếu tháng 12 còn mở đến thứ Sáu 18/12" {
		t.Errorf("%q %v", m.Subject, err)
	}
	if m, err = w.Mail(c, TextLast); err != nil || m.Subject != "Lời nhắc cuối: phiếu tháng 12 khép lúc 17 giờ hôm nay" {
		t.Errorf("%q %v", m.Subject, err)
	}
}

// shippedSMS is every SMS that can leave outside a turn.
func shippedSMS(t *testing.T, w *Wording, c Context) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, text := range Texts() {
		s, err := w.SMS(c, text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		out[text] = s
	}
	for _, n := range Notices() {
		s, err := w.SMSNotice(c, n)
		if err != nil {
			t.Fatalf("%s: %v", n, err)
		}
		out[string(n)] = s
	}
	return out
}

// keyword is what a text offers to reply; the answers of questions are figures
// and letters, so any of these words outside a name is an offer.
var keyword = regexp.MustCompile(`\b(TC|DK|BQ|BD|TG|LAI|TRUOC|LINK|SAI|EN|VI)\b`)

// providerWord is a word that the provider acts on before we see it. Words to
// reply are printed in capitals.
var providerWord = regexp.MustCompile(`\b(YES|END|CANCEL|QUIT|STOP|STOPALL|UNSUBSCRIBE|START|UNSTOP)\b`)

func TestSMS(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for _, q := range shipped(t) {
		for _, lang := range languages() {
			for _, purpose := range []survey.Purpose{survey.PurposeSurvey, survey.PurposeDutyReport} {
				for _, receive := range []bool{true, false} {
					for _, began := range []bool{true, false} {
						c := sample(q, lang)
						c.Campaign.Purpose, c.CanReceive, c.SubmittedAt = purpose, receive, ends()
						c.Progress = instrument.Progress{Applicable: 12, Left: 12}
						if began {
							c.Progress = instrument.Progress{Applicable: 12, Answered: 7, Left: 5}
						}
						for name, text := range shippedSMS(t, w, c) {
							checkSMS(t, name, text, lang)
							if !receive && !strings.HasPrefix(name, "S") && keyword.MatchString(text) {
								t.Errorf("%s over a one-way sender offers a keyword: %s", name, text)
							}
							if strings.Contains(text, "Oanh") {
								t.Errorf("%s names the person: %s", name, text)
							}
						}
					}
				}
			}
		}
	}
}

// checkSMS holds what must be true of every SMS that is sent folded.
func checkSMS(t *testing.T, name, text string, lang survey.Lang) {
	t.Helper()
	size := smstext.Count(text)
	if size.Segments != 1 || size.Encoding != smstext.Count("a").Encoding {
		t.Errorf("%s: %d segments of %s: %s", name, size.Segments, size.Encoding, text)
	}
	for _, f := range Check(lang, text) {
		if f.Level == smstext.Forbid {
			t.Errorf("%s holds the trap %q (%s): %s", name, f.Word, f.Hint, text)
		}
	}
	if providerWord.MatchString(text) {
		t.Errorf("%s offers a word of the provider's: %s", name, text)
	}
	if strings.Contains(text, "  ") || strings.Contains(text, "..") || strings.Contains(text, "?.") {
		t.Errorf("%s is ragged: %s", name, text)
	}
}

// textKinds are the prompts of a conversation by SMS, callKinds those of a call.
func textKinds() []instrument.PromptKind {
	return []instrument.PromptKind{instrument.PromptQuestion, instrument.PromptAskAgain, instrument.PromptAskAgainLast,
		instrument.PromptSkipped, instrument.PromptHelp, instrument.PromptDoubtfulStop, instrument.PromptOptedOut,
		instrument.PromptOptedIn, instrument.PromptThanks, instrument.PromptAlreadyDone, instrument.PromptDeclined,
		instrument.PromptWrongPerson, instrument.PromptLink, instrument.PromptLanguage, instrument.PromptResume}
}

func callKinds() []instrument.PromptKind {
	return append(textKinds(), instrument.PromptIntro, instrument.PromptIntroAgain, instrument.PromptConsent,
		instrument.PromptGuide, instrument.PromptNoKey, instrument.PromptSilence, instrument.PromptByeSilence,
		instrument.PromptConfirm, instrument.PromptLater, instrument.PromptRecord)
}

// prompts are the prompts that a turn can give: every kind for every question.
func prompts(q *instrument.Questionnaire, kinds []instrument.PromptKind) []instrument.Prompt {
	var out []instrument.Prompt
	for _, kind := range kinds {
		for i := range q.Questions {
			if t := q.Questions[i].Type; !t.Asked() || t == instrument.Attachment { // the web alone asks for files
				continue
			}
			question := &q.Questions[i]
			if question.Type == instrument.Attachment {
				continue // neither texts nor calls ask for files
			}
			p := instrument.Prompt{Kind: kind, Question: question.Name, Number: i + 1, Of: len(q.Questions), Left: 3}
			if question.Type == instrument.Note {
				if kind != instrument.PromptQuestion {
					continue
				}
				p.Number = 0
			}
			out = append(out, p)
			for _, why := range []instrument.Prompt{
				{Reason: "other", Code: survey.CodeAnswerOther, Args: map[string]string{"figure": "7", "label": "Khác"}},
				{Reason: "negation", Args: map[string]string{"a": "Hài lòng", "b": "Không hài lòng"}},
				{Reason: "figure_or_word", Code: survey.CodeAnswerNumber, Args: map[string]string{"value": "nam"}},
				{Code: survey.CodeAnswerTooMany, Args: map[string]string{"value": "4", "max": "3", "figures": "1, 2, 3 hoặc 0"}},
				{Code: survey.CodeAnswerRange, Args: map[string]string{"value": "250"}},
			} {
				p.Reason, p.Code, p.Args = why.Reason, why.Code, why.Args
				out = append(out, p)
			}
		}
	}
	return out
}

func TestEveryPromptByText(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for _, q := range shipped(t) {
		for _, lang := range languages() {
			for _, change := range []bool{false, true} {
				c := sample(q, lang)
				c.CanChange = change
				for _, p := range prompts(q, textKinds()) {
					text, err := w.SMSPrompt(c, p)
					if err != nil {
						t.Fatalf("%s %s: %v", q.Name, p.Kind, err)
					}
					checkSMS(t, q.Name+" "+string(p.Kind)+" "+p.Question, text, lang)
				}
			}
		}
	}
}

// A word of the provider's may be read as a label, never typed as an answer:
// answers are figures, and the system's own choices are letters.
func TestAnswersAreFigures(t *testing.T) {
	t.Parallel()
	for _, q := range shipped(t) {
		for i := range q.Questions {
			for j := range q.Questions[i].Choices {
				if f := q.Questions[i].Figure(j); f != "" && strings.Trim(f, "0123456789") != "" {
					t.Errorf("%s is answered by %q", q.Questions[i].Name, f)
				}
			}
		}
	}
}

func TestEveryPromptByVoice(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	digit := regexp.MustCompile(`\d`)
	for _, q := range shipped(t) {
		for _, lang := range languages() {
			for _, purpose := range []survey.Purpose{survey.PurposeSurvey, survey.PurposeDutyReport} {
				c := sample(q, lang)
				c.Campaign.Purpose = purpose
				for _, p := range prompts(q, callKinds()) {
					said, err := w.VoicePrompt(c, p)
					if err != nil {
						t.Fatalf("%s %s: %v", q.Name, p.Kind, err)
					}
					for _, s := range said {
						if s == "" || strings.Contains(s, "Oanh") || strings.ContainsAny(s, "{}[]<>") {
							t.Errorf("%s says %q", p.Kind, s)
						}
						if digit.MatchString(s) {
							t.Errorf("%s prints a figure: %q", p.Kind, s)
						}
					}
					if len(said) == 0 {
						t.Errorf("%s is silent", p.Kind)
					}
				}
				for _, b := range []Bye{ByeEnded, ByeTrouble} {
					if said, err := w.VoiceBye(c, b); err != nil || len(said) == 0 {
						t.Errorf("%s: %v %v", b, said, err)
					}
				}
			}
		}
	}
}

func TestSpokenPrompts(t *testing.T) {
	t.Parallel()
	w, q := newWording(t), shipped(t)[0]
	c := sample(q, survey.Vietnamese)
	said := func(p instrument.Prompt) string {
		s, err := w.VoicePrompt(c, p)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(s, " ")
	}
	if got, want := said(instrument.Prompt{Kind: instrument.PromptQuestion, Question: "huong", Number: 1, Of: 5, Left: 5}),
		"Câu một. Theo Ông, Bà, tình hình chung ở xã, phường mình đang đi theo hướng nào? Tốt lên, bấm một. Như trước, bấm hai. Xấu đi, bấm ba."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	consent := said(instrument.Prompt{Kind: instrument.PromptConsent})
	for _, want := range []string{"xin bấm phím ba", "Có năm câu hỏi, mất khoảng ba phút.", "Câu trả lời được lưu cùng tên Ông, Bà", "Đồng ý, xin bấm phím một."} {
		if !strings.Contains(consent, want) {
			t.Errorf("the consent lacks %q: %s", want, consent)
		}
	}
	if got := said(instrument.Prompt{Kind: instrument.PromptConsent, Reason: instrument.NoLink}); strings.Contains(got, "tin nhắn") || !strings.Contains(got, "phím số không") {
		t.Errorf("promises a text, or lacks the way out: %s", got)
	}
	if got := said(instrument.Prompt{Kind: instrument.PromptByeSilence, Question: "huong", Reason: instrument.NoLink}); strings.Contains(got, "tin nhắn") {
		t.Error(got)
	}
	if got := said(instrument.Prompt{Kind: instrument.PromptResume, Question: "gia_ca", Left: 2}); !strings.Contains(got, "Còn hai câu nữa.") {
		t.Error(got)
	}
	if got := said(instrument.Prompt{Kind: instrument.PromptByeSilence}); !strings.HasPrefix(got, "Có lẽ lúc này chưa tiện.") {
		t.Error(got)
	}
	if got := said(instrument.Prompt{Kind: instrument.PromptByeSilence, Question: "huong"}); !strings.Contains(got, "Các câu đã trả lời vẫn được giữ.") {
		t.Error(got)
	}
}

// A whole conversation with the real engine: every message it leads to fits.
func TestConversation(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for _, q := range shipped(t) {
		for _, lang := range languages() {
			c := sample(q, lang)
			step := q.Step(instrument.State{Lang: lang}, nil, survey.TextMode, instrument.Input{Begin: true})
			duty := c
			duty.Campaign.Purpose = survey.PurposeDutyReport
			report, err := w.Opening(duty, step.Prompts)
			if err != nil || strings.Contains(report, "khong bat buoc") || strings.Contains(report, "voluntary") {
				t.Errorf("%s as a duty report: %v %s", q.Name, err, report)
			}
			checkSMS(t, q.Name+" opening", report, lang)
			opening, err := w.Opening(c, step.Prompts)
			if err != nil {
				t.Fatalf("%s: %v", q.Name, err)
			}
			checkSMS(t, q.Name+" opening", opening, lang)
			if !strings.Contains(opening, "DLXH Lam Xuyen") || !strings.Contains(opening, "TC") {
				t.Errorf("the opening lacks who asks or the way out: %s", opening)
			}
			state, answers := step.State, survey.Answers{}
			for _, reply := range []string{"???", "2", "TG", "1,2,3,4", "1,7", "cầu hỏng", "BQ", "dung", "B", "LINK", "EN", "VI", "3", "1", "2", "BD"} {
				step = q.Step(state, answers, survey.TextMode, instrument.Input{Text: reply})
				for _, item := range step.Set {
					answers = q.Set(answers, item.Question, item.Answer)
				}
				state, c.Lang = step.State, step.State.Lang
				texts, err := w.Reply(c, step.Prompts)
				if err != nil {
					t.Fatalf("%s, after %q: %v", q.Name, reply, err)
				}
				for _, text := range texts {
					checkSMS(t, q.Name+" after "+reply, text, c.Lang)
				}
			}
		}
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	w, all := newWording(t), shipped(t)
	for i, want := range []string{
		"DLXH Lam Xuyen, khong bat buoc. Tinh hinh chung o xa, phuong minh dang di theo huong nao? 1 Tot len 2 Nhu truoc 3 Xau di 0 Kho noi. Thoi nhan: TC",
		"DLXH Lam Xuyen hoi nhanh 1-2 cau, khong bat buoc. Sau bao so 9, sinh hoat noi Ong/Ba: 1 Binh thuong 2 Kho khan it 3 Kho khan nhieu 0 Kho noi. Thoi nhan: TC",
	} {
		c := sample(all[i], survey.Vietnamese)
		c.Campaign.Title = nil
		step := all[i].Step(instrument.State{Lang: survey.Vietnamese}, nil, survey.TextMode, instrument.Input{Begin: true})
		if got, err := w.Opening(c, step.Prompts); err != nil || got != want {
			t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
		}
	}
}

func TestLinkSMS(t *testing.T) {
	t.Parallel()
	w, q := newWording(t), shipped(t)[0]
	c := sample(q, survey.Vietnamese)
	want := "DLXH Lam Xuyen: Moi Ong/Ba cho y kien thang 12, 6 phut, khong bat buoc. https://ks.lamxuyen.example/r/kV3xQ9mT2bY7wR5nZ8cJ4A Den 17h 18/12. Thoi nhan: TC"
	if got, err := w.SMS(c, TextInvitation); err != nil || got != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
	c.CanReceive = false
	if got, err := w.SMS(c, TextInvitation); err != nil || got != strings.Replace(want, "TC", "mo link", 1) {
		t.Errorf("%v %s", err, got)
	}
	c.Accented = true
	if got, err := w.SMS(c, TextInvitation); err != nil || !strings.Contains(got, "Mời Ông/Bà cho ý kiến tháng 12") {
		t.Errorf("%v %s", err, got)
	}
	c.Link = ""
	if _, err := w.SMS(c, TextInvitation); !errors.Is(err, templates.ErrMissing) {
		t.Errorf("a link text without its link: %v", err)
	}
	if _, err := w.SMS(c, "poem"); survey.CodeOf(err) != survey.CodeProtocolInvalid {
		t.Errorf("unknown text: %v", err)
	}
	if _, err := w.SMSNotice(c, "S01"); err == nil {
		t.Error("S01 is no notice")
	}
}

func TestCheckFindsTraps(t *testing.T) {
	t.Parallel()
	if f := Check(survey.Vietnamese, "Giá tăng giá lớn"); !slices.ContainsFunc(f, func(f smstext.Finding) bool { return f.Level == smstext.Forbid }) {
		t.Errorf("no trap found: %v", f)
	}
	if f := Check(survey.English, "you may go"); f != nil {
		t.Errorf("English was linted: %v", f)
	}
}
