package wording

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// SMS returns the text of a link step: one message, folded unless c.Accented,
// without the person's name. Over a sender that cannot receive it offers no
// keyword.
func (w *Wording) SMS(c Context, text string) (string, error) {
	key, ok := map[string]string{
		TextInvitation: "S01", TextReminder: "S05", TextPartial: "S06", TextLast: "S07", TextThanks: "S37.final",
	}[fitting(text, c.Progress)]
	if own, has, err := w.ownSMS(c, occasion(fitting(text, c.Progress)), c.Fields()); has && ok {
		return own, err
	}
	switch {
	case !ok:
		return "", unknownText(text)
	case key == "S01" && !c.CanReceive:
		key = "S02"
	case key == "S37.final" && c.CanReceive && c.CanChange:
		key = "S37"
	case key != "S37.final" && !c.CanReceive:
		key += ".oneway"
	}
	return w.shortest(c, c.Fields(), key)
}

// shortest returns the first of keys whose text takes one segment; if none
// does, the last one.
func (w *Wording) shortest(c Context, f templates.Fields, keys ...string) (string, error) {
	var out string
	for _, key := range keys {
		text, err := w.set.Text(c.tongue(), key, f)
		if err != nil {
			return "", fmt.Errorf("wording: sms: %w", err)
		}
		if out = c.onAir(text); smstext.Count(out).Segments <= 1 {
			break
		}
	}
	return out, nil
}

// onAir is text as it is handed to the provider.
func (c Context) onAir(text string) string {
	text = strings.Join(strings.Fields(smstext.Normalize(text)), " ")
	text = strings.ReplaceAll(text, "?. ", "? ") // a question inside a sentence has its own mark
	if c.Accented {
		return text
	}
	return smstext.Fold(text)
}

// Opening returns the first message of a conversation step, from the prompts
// that instrument.Step gave for Input.Begin. A conversation that begins carries
// its first question inside the invitation; one that resumes says what is left.
func (w *Wording) Opening(c Context, prompts []instrument.Prompt) (string, error) {
	f := c.Fields()
	var said []string
	for _, p := range prompts {
		question, _ := c.question(p)
		switch {
		case p.Kind == instrument.PromptResume:
			return w.SMSPrompt(c, p)
		case p.Kind != instrument.PromptQuestion || question == nil:
			return strings.Join(said, " "), fmt.Errorf("wording: a conversation cannot open with %q", p.Kind)
		}
		said = append(said, instrument.Pipe(question.SMS.In(c.Lang), nil))
		f.Number = strconv.Itoa(p.Number)
	}
	f.Asked = strings.TrimRight(strings.Join(said, " "), ". ")
	if own, has, err := w.ownOpening(c, f); has {
		return own, err
	}
	f.Questions = quick(c.Questionnaire)
	if !c.Monthly() && f.Questions != "" {
		return w.shortest(c, f, "S04", "S03.short")
	}
	return w.shortest(c, f, "S03", "S03.short")
}

// quick is the number of questions of a quick poll: "1", "2", or "1-2" where
// the second depends on the first; "" if there are more.
func quick(q *instrument.Questionnaire) string {
	if q == nil {
		return ""
	}
	n, follow := 0, false
	for i := range q.Questions {
		if q.Questions[i].Type != instrument.Note {
			n++
			follow = follow || q.Questions[i].Relevant != nil
		}
	}
	switch {
	case n == 2 && follow:
		return "1-2"
	case n == 1 || n == 2:
		return strconv.Itoa(n)
	}
	return ""
}

// Reply returns what answers a person's text: the prompts in order, joined into
// messages of one segment where they fit, never split inside a prompt.
func (w *Wording) Reply(c Context, prompts []instrument.Prompt) ([]string, error) {
	var out []string
	for _, p := range prompts {
		text, err := w.SMSPrompt(c, p)
		if err != nil {
			return nil, err
		}
		if last := len(out) - 1; last >= 0 {
			if joined := out[last] + " " + text; smstext.Count(joined).Segments <= 1 {
				out[last] = joined
				continue
			}
		}
		out = append(out, text)
	}
	return out, nil
}

// Notice names an SMS that answers something outside a conversation.
type Notice string

// The notices.
const (
	NoticeOpinion Notice = "S40" // an opinion of their own accord
	NoticeHuman   Notice = "S41" // a colleague will call
	NoticeStrange Notice = "S43" // the number is not on the list
	NoticeLate    Notice = "S36" // it came after the end
	NoticePaused  Notice = "S49" // the campaign is on hold
)

// Notices lists every notice.
func Notices() []Notice {
	return []Notice{NoticeOpinion, NoticeHuman, NoticeStrange, NoticeLate, NoticePaused}
}

// SMSNotice returns the text of a notice. NoticeStrange needs the office only.
func (w *Wording) SMSNotice(c Context, n Notice) (string, error) {
	if !slices.Contains(Notices(), n) {
		return "", fmt.Errorf("wording: no notice %q", string(n))
	}
	return w.shortest(c, c.Fields(), string(n))
}

// smsKeys are the prompts that are one sentence of the catalogue.
var smsKeys = map[instrument.PromptKind]string{
	instrument.PromptSkipped: "S44", instrument.PromptHelp: "S33", instrument.PromptDoubtfulStop: "S32",
	instrument.PromptOptedOut: "S31", instrument.PromptOptedIn: "S46", instrument.PromptThanks: "S37.final",
	instrument.PromptAlreadyDone: "S39.undated", instrument.PromptDeclined: "S45",
	instrument.PromptWrongPerson: "S42", instrument.PromptLink: "S34", instrument.PromptLanguage: "S48", instrument.PromptStaff: "S41",
}

// SMSPrompt returns the SMS of one prompt. The kinds that only a call has, from
// intro on, are an error: no conversation by SMS gives them.
func (w *Wording) SMSPrompt(c Context, p instrument.Prompt) (string, error) {
	f := c.Fields()
	question, err := c.question(p)
	switch {
	case err != nil:
		return "", err
	case p.Kind == instrument.PromptThanks:
		if own, has, err := w.ownSMS(c, survey.OccasionThanks, f); has {
			return own, err
		}
		if !c.CanChange {
			return w.shortest(c, f, smsKeys[p.Kind])
		}
		return w.shortest(c, f, "S37")
	case p.Kind == instrument.PromptAlreadyDone && !c.SubmittedAt.IsZero():
		f.When = templates.Day(c.in(c.SubmittedAt))
		return w.shortest(c, f, "S39")
	}
	if key, ok := smsKeys[p.Kind]; ok {
		return w.shortest(c, f, key)
	}
	if question == nil {
		return "", fmt.Errorf("wording: prompt %q without its question", p.Kind)
	}
	c.asked(&f, p, question)
	switch p.Kind {
	case instrument.PromptQuestion:
		if p.Number == 0 { // a note
			return c.onAir(f.Asked), nil
		}
		if p.Row > 1 { // asked right behind the one before: what changes is said
			f.Number, f.Questions, f.Asked = strconv.Itoa(p.Row), strconv.Itoa(p.Rows), question.Row.In(c.Lang)
			return w.shortest(c, f, "S25")
		}
		return w.shortest(c, f, "S09")
	case instrument.PromptNoted:
		return w.shortest(c, f, "S28", "S28.short")
	case instrument.PromptResume:
		if p.Named {
			return w.shortest(c, f, "S51", "S51.short")
		}
		return w.shortest(c, f, "S35", "S08", "S09")
	case instrument.PromptAskAgain, instrument.PromptAskAgainLast:
		if said := question.ConstraintMessage.In(c.Lang); said != "" && p.Code == survey.CodeAnswerConstraint {
			return c.onAir(said), nil
		}
		if p.Reason == "crossed" {
			return w.crossed(c, f, p, question)
		}
		return w.shortest(c, f, againKey(p, question))
	}
	return "", fmt.Errorf("wording: no SMS says %q", p.Kind)
}

// crossed asks for which of two questions a reply was: by their numbers and, where the
// text has room for it, the first words of each.
func (w *Wording) crossed(c Context, f templates.Fields, p instrument.Prompt, open *instrument.Question) (string, error) {
	key := "S30"
	if strings.Trim(f.Typed, "0123456789,. ") != "" {
		key = "S30.words"
	}
	last, ok := c.Questionnaire.Question(p.Args["last"])
	if !ok {
		return "", fmt.Errorf("wording: prompt %q: no question %q", p.Kind, p.Args["last"])
	}
	short := f
	f.MeaningA, f.MeaningB = topic(f.MeaningA, last.Asking(c.Lang)), topic(f.MeaningB, open.Asking(c.Lang))
	full, err := w.shortest(c, f, key)
	if err != nil || smstext.Count(full).Segments <= 1 {
		return full, err
	}
	return w.shortest(c, short, key)
}

// topic names a question by its number and its first words.
func topic(number, stem string) string {
	words, said := strings.Fields(strings.TrimRight(stem, "?.: ")), ""
	for _, word := range words {
		if len([]rune(said))+len([]rune(word)) > 24 {
			break
		}
		said = strings.TrimSpace(said + " " + word)
	}
	if said == "" {
		return number
	}
	return number + " (" + strings.TrimRight(said, ",:;") + ")"
}

// question finds the question of p; nil if p names none.
func (c Context) question(p instrument.Prompt) (*instrument.Question, error) {
	if p.Question == "" {
		return nil, nil
	}
	if c.Questionnaire != nil {
		if q, ok := c.Questionnaire.Question(p.Question); ok {
			if len(p.Offered) > 0 {
				q = c.Questionnaire.Narrowed(q, p.Offered)
			}
			return q, nil
		}
	}
	return nil, fmt.Errorf("wording: prompt %q: no question %q", p.Kind, p.Question)
}

// asked fills in what the sentences of a turn name.
func (c Context) asked(f *templates.Fields, p instrument.Prompt, q *instrument.Question) {
	f.Number, f.Questions, f.Left = strconv.Itoa(p.Number), strconv.Itoa(p.Of), strconv.Itoa(p.Left)
	f.Asked, f.Choices = instrument.Pipe(q.SMS.In(c.Lang), p.Fill), strings.TrimRight(q.Options(c.Lang, survey.TextMode), ". ")
	f.Figures, f.Typed = p.Args["figures"], p.Args["value"]
	f.MeaningA, f.MeaningB = p.Args["a"], p.Args["b"]
	if p.Reason == "separator" {
		f.MeaningA, f.MeaningB = c.figure(f.MeaningA), c.figure(f.MeaningB)
	}
	if p.Reason == "other" {
		f.Typed = strings.TrimSpace(p.Args["figure"] + " " + p.Args["label"])
	}
	most := q.MaxChoices
	if most <= 0 {
		most = len(q.Choices)
	}
	f.Max, f.Example = strconv.Itoa(most), example(q, most)
	f.From, f.To = c.figure(q.Number(q.Min)), c.figure(q.Number(q.Max))
	if q.Type == instrument.Scale {
		f.From, f.To = pole(f.From, q.Low.In(c.Lang)), pole(f.To, q.High.In(c.Lang))
	}
}

// figure writes a number with the sign before its fraction that is usual here.
func (c Context) figure(number string) string {
	if c.lang() == string(survey.English) {
		return number
	}
	return strings.ReplaceAll(number, ".", ",")
}

// pole writes "0 (không tin chút nào)".
func pole(figure, meaning string) string {
	if meaning == "" {
		return figure
	}
	return figure + " (" + meaning + ")"
}

// example is an answer that would be understood.
func example(q *instrument.Question, most int) string {
	if q.Numeric() {
		return q.Number(min(max(q.Min, 3), q.Max))
	}
	var figures []string
	for i := range q.Choices {
		if q.Choices[i].Missing == "" && len(figures) < most {
			figures = append(figures, q.Figure(i))
		}
	}
	if q.Type == instrument.Ranking { // not as they stand
		slices.Reverse(figures)
		return strings.Join(figures, ",")
	}
	if q.Type != instrument.Multiple && len(figures) > 0 {
		return figures[0]
	}
	return strings.Join(figures[:min(len(figures), 3)], ",")
}

// againKey is the sentence that asks again, by what was wrong and by the type
// of the question. The last time it offers the way around.
func againKey(p instrument.Prompt, q *instrument.Question) string {
	last := p.Kind == instrument.PromptAskAgainLast
	switch {
	case p.Reason == "other":
		return "S23"
	case p.Code == survey.CodeAnswerConstraint:
		return "S29"
	case p.Reason == "separator" && p.Args["a"] != "":
		return "S16"
	case p.Args["a"] != "" && p.Args["b"] != "":
		return "S27"
	case q.Type == instrument.Text:
		return "S22"
	case p.Code == survey.CodeAnswerFuture && p.Args["value"] != "":
		return "S20"
	case q.Type == instrument.Date:
		return "S19"
	case q.Type == instrument.Ranking:
		return "S21"
	case q.Numeric() && q.Type == instrument.Scale:
		return "S17"
	case q.Numeric() && p.Code == survey.CodeAnswerRange && p.Args["value"] != "" && !last:
		return "S15"
	case q.Numeric() && p.Reason == "figure_or_word":
		return "S26"
	case q.Numeric():
		return "S14"
	case q.Type == instrument.Multiple && p.Code == survey.CodeAnswerTooMany && p.Args["value"] != "" && !last:
		return "S13"
	case q.Type == instrument.Multiple:
		return "S12"
	case last && p.Args["figures"] != "":
		return "S11"
	case p.Reason == "figure_or_word":
		return "S26"
	case q.Type == instrument.Scale:
		return "S18"
	}
	return "S10"
}
