package worker

import (
	"context"
	"crypto/rand"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
)

// Sampling is a test send: the messages of a campaign to an address of staff.
type Sampling struct {
	Campaign *survey.Campaign
	Senders  []survey.Sender
	To       string // an e-mail address, or a phone in E.164
	Lang     survey.Lang
}

// Sample sends what each step of a campaign would say, on the channel that the
// address belongs to, and returns how many messages left. It writes nothing to
// the ledgers; the links in it lead to no form. A call is not made: its words
// are heard on the phone of a rehearsal.
func (w *Worker) Sample(ctx context.Context, s Sampling) (int, error) {
	kind := survey.SMS
	if strings.Contains(s.To, "@") {
		kind = survey.Mail
	}
	var from survey.Sender
	for _, candidate := range s.Senders {
		if candidate.Channel == kind {
			from = candidate
			break
		}
	}
	out := w.Channels[kind]
	if from.ID == 0 || out == nil {
		return 0, &survey.Error{Kind: survey.Invalid, Code: survey.CodeSenderMissing, Args: map[string]string{"channel": string(kind)}}
	}
	sent := 0
	for _, step := range s.Campaign.Protocol.Steps {
		if step.Channel != kind {
			continue
		}
		m, err := w.compose.sample(ctx, s, from, step)
		if err != nil {
			return sent, err
		}
		if _, err := out.Send(ctx, m); err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

// sample composes one step for somebody who is nobody.
func (c composer) sample(ctx context.Context, s Sampling, from survey.Sender, step survey.Step) (channel.Message, error) {
	wc, err := c.context(ctx, s.Campaign, from, person{name: "Nguyễn Văn Mẫu", title: "Ông", lang: s.Lang})
	if err != nil {
		return channel.Message{}, err
	}
	wc.Link, wc.StopLink = c.public+"/r/"+noToken, c.public+"/u/"+noToken
	if wc.Campaign.EndsAt.IsZero() { // not launched: as if it were now
		wc.Campaign.EndsAt = c.clock.Now().Add(s.Campaign.Protocol.Length.Duration())
	}
	m := channel.Message{Ref: "t" + strings.ToLower(rand.Text()), Channel: step.Channel, From: from.Address, To: s.To, Lang: s.Lang}
	if step.Channel == survey.Mail {
		return c.mail(m, wc, &batch{campaign: &wc.Campaign, step: step}, person{})
	}
	m.StatusURL = c.hook("status", m.Ref, -1)
	m.Body, err = c.sampleText(wc, step)
	return m, err
}

// noToken has the length of a token and opens nothing.
const noToken = "0000000000000000000000"

func (c composer) sampleText(wc wording.Context, step survey.Step) (string, error) {
	if !step.Conversation {
		return c.words.SMS(wc, step.Text)
	}
	first := wc.Questionnaire.Step(instrument.State{Lang: wc.Lang}, nil, survey.TextMode, instrument.Input{Begin: true})
	return c.words.Opening(wc, first.Prompts)
}
