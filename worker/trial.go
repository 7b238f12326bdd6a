package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
)

// A Trial shows somebody of the office the messages of a campaign before anybody
// else gets them: each on its own channel, at once. It stands in no ledger and
// its links open nobody's form.
type Trial struct {
	Campaign *survey.Campaign
	Senders  []survey.Sender
	To       string // a mailbox, or a phone in E.164
	Channels []survey.Channel
	Lang     survey.Lang
}

// Tried is what became of one step of a trial.
type Tried struct {
	Step    string         `json:"step"`
	Channel survey.Channel `json:"channel"`
	Sent    bool           `json:"sent"`
	Code    string         `json:"code,omitempty"` // the provider's, if it refused
	Text    string         `json:"text"`           // what was sent: the mail's subject, the text
}

// trialLink stands where a person's own link would be.
const trialLink = "trial"

// Try sends the steps of t.Campaign that t.Channels name to t.To, and returns
// what became of each. An error means that no message could be made of a step.
func (w *Worker) Try(ctx context.Context, t Trial) ([]Tried, error) {
	k := *t.Campaign
	if k.LaunchedAt.IsZero() {
		k.LaunchedAt = w.Clock.Now()
		k.EndsAt = k.LaunchedAt.Add(k.Protocol.Length.Duration())
	}
	common, err := w.compose.common(ctx, &k)
	if err != nil {
		return nil, err
	}
	var out []Tried
	for _, step := range k.Protocol.Steps {
		if !slices.Contains(t.Channels, step.Channel) {
			continue
		}
		s, m, err := w.compose.trial(common, t, step)
		if err != nil {
			return out, err
		}
		out = append(out, w.try(ctx, step, s, m))
	}
	return out, nil
}

// Ping sends a word to somebody of the office by one of our senders, of no campaign: a mail,
// a text, or a call that says one sentence and ends. It stands in no ledger.
func (w *Worker) Ping(ctx context.Context, s survey.Sender, to string, lang survey.Lang) Tried {
	text := tryMark(lang, "Canvass gửi thử từ nơi gửi này. Không cần trả lời.", "Canvass tries this sender. No reply is needed.")
	m := channel.Message{Ref: "t" + strings.ToLower(rand.Text()), Channel: s.Channel, From: s.Address, To: to, Lang: lang}
	switch s.Channel {
	case survey.Mail:
		m.Subject, m.Text = tryMark(lang, "[THỬ] Canvass", "[TRIAL] Canvass"), text+"\n"
		m.HTML = "<p>" + text + "</p>\n"
		m.MessageID = w.Keys.MessageID(m.Ref, s.Address[strings.LastIndexByte(s.Address, '@')+1:])
	case survey.SMS:
		m.Body = tryMark(lang, "(THU) Canvass gui thu tu noi gui nay. Khong can tra loi.", "(TRIAL) "+text)
	case survey.Call:
		m.Say = []string{text}
	}
	return w.try(ctx, survey.Step{Channel: s.Channel}, s, m)
}

// try sends one message of a trial.
func (w *Worker) try(ctx context.Context, step survey.Step, s survey.Sender, m channel.Message) Tried {
	done := Tried{Step: step.Name, Channel: step.Channel, Text: m.Subject + m.Body + strings.Join(m.Say, " ")}
	sender := w.carrier(s)
	if sender == nil {
		done.Code = string(survey.CodeSenderMissing)
		return done
	}
	_, err := sender.Send(ctx, m)
	var refused *channel.SendError
	if errors.As(err, &refused) {
		done.Code = strings.TrimSpace(string(refused.Class) + " " + refused.Code)
	}
	done.Sent = err == nil
	return done
}

// trial composes a step for somebody of the office, and says which of our addresses
// it leaves from.
func (c composer) trial(wc wording.Context, t Trial, step survey.Step) (survey.Sender, channel.Message, error) {
	at := slices.IndexFunc(t.Senders, func(s survey.Sender) bool {
		return s.Channel == step.Channel && (s.CanReceive || !step.Conversation)
	})
	if at < 0 {
		return survey.Sender{}, channel.Message{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeSenderMissing,
			Args: map[string]string{"channel": string(step.Channel), "step": step.Name}}
	}
	s := t.Senders[at]
	m, err := c.nobody(wc, step, example{sender: s, lang: t.Lang, link: trialLink})
	if err != nil {
		return s, m, err
	}
	m.To = t.To
	m.Subject, m.Body = mark(m.Subject, tryMark(t.Lang, "[THỬ] ", "[TRIAL] ")), mark(m.Body, tryMark(t.Lang, "(THU) ", "(TRIAL) "))
	return s, m, nil
}

func mark(text, with string) string {
	if text == "" {
		return ""
	}
	return with + text
}

// example is what a message to nobody is made with.
type example struct {
	sender   survey.Sender
	lang     survey.Lang
	name     survey.PersonName
	link     string    // in the place of a token
	answered int       // questions
	at       time.Time // business time; zero is now
}

// nobody composes a step for somebody who does not exist; its links open no form.
func (c composer) nobody(wc wording.Context, step survey.Step, e example) (channel.Message, error) {
	wc, err := c.personal(wc, e.sender, person{lang: e.lang, name: e.name})
	if err != nil {
		return channel.Message{}, err
	}
	answers := begun(wc.Questionnaire, e.answered)
	wc.Link, wc.StopLink, wc.Progress = c.public+"/r/"+e.link, c.public+"/u/"+e.link, wc.Questionnaire.Progress(answers, survey.Web)
	if !e.at.IsZero() {
		wc.Now = e.at
	}
	m := channel.Message{Ref: "t" + strings.ToLower(rand.Text()), Channel: step.Channel, From: e.sender.Address, Lang: wc.Lang}
	if step.Channel == survey.Mail {
		if m, err = c.mail(m, wc, &batch{campaign: &wc.Campaign}, step); err != nil {
			return m, err
		}
		return m.Filled(), nil
	}
	m.Body, err = c.text(wc, step, answers)
	return m, err
}

// begun are answers to the first n questions, whatever they are.
func begun(q *instrument.Questionnaire, n int) survey.Answers {
	out := survey.Answers{}
	for range n {
		path := q.Path(out, survey.Web)
		i := slices.IndexFunc(path, func(q *instrument.Question) bool { return q.Type != instrument.Note && out[q.Name].Empty() })
		if i < 0 {
			break
		}
		out[path[i].Name] = survey.Answer{Missing: survey.MissingDontKnow}
	}
	return out
}

// Example is a message of a campaign to somebody who does not exist, as it would
// leave: with an invented name, and a link of the length of a real one that opens
// nobody's form.
func (w *Worker) Example(ctx context.Context, s view.Specimen) (channel.Message, error) {
	common, err := w.compose.common(ctx, s.Campaign)
	if err != nil {
		return channel.Message{}, err
	}
	if s.Frame > 0 {
		common.FrameSize = s.Frame
	}
	t, _ := w.Keys.Make(w.Keys.ActiveID(), token.Form, 1, 1)
	return w.compose.nobody(common, s.Step, example{sender: s.Sender, lang: s.Lang, name: "Nguyễn Thị Đào", link: strings.Repeat("x", len(t)),
		answered: s.Progress.Answered, at: s.At})
}

// text is a step's text, for somebody with these answers.
func (c composer) text(wc wording.Context, step survey.Step, a survey.Answers) (string, error) {
	if !step.Conversation {
		return c.words.SMS(wc, step.Text)
	}
	first := wc.Questionnaire.Step(instrument.State{Lang: wc.Lang}, a, survey.TextMode, instrument.Input{Begin: true})
	return c.words.Opening(wc, first.Prompts)
}

func tryMark(l survey.Lang, vi, en string) string {
	if l == survey.English {
		return en
	}
	return vi
}
