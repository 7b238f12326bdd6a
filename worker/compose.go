package worker

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
	"canvass/worker/ingest"
)

// composer turns an attempt or a notice into a message ready for the wire.
type composer struct {
	store  Store
	ingest *ingest.Ingest
	keys   *token.Keyring
	words  *wording.Wording
	clock  survey.Clock
	public string
	// bounces is the domain of bounce addresses, empty without one.
	bounces string
}

func attemptRef(id survey.AttemptID) string { return "a" + strconv.FormatInt(int64(id), 10) }
func noticeRef(id survey.NoticeID) string   { return "n" + strconv.FormatInt(int64(id), 10) }

// person is who a message is for, as far as its words depend on it.
type person struct {
	invitation   survey.InvitationID
	name         survey.PersonName
	title        string
	lang         survey.Lang
	tokenKey     string
	tokenVersion int
	progress     view.Progress
}

// worded is a step with the wording that was planned for an attempt of it.
func worded(s survey.Step, text string) survey.Step {
	s.Text = cmp.Or(text, s.Text)
	return s
}

// attempt composes what one attempt says.
func (c composer) attempt(ctx context.Context, b *batch, k view.Candidate) (channel.Message, error) {
	p := person{invitation: k.InvitationID, name: k.Name, title: k.Title, lang: k.Language, tokenKey: k.TokenKey,
		tokenVersion: k.TokenVersion, progress: k.Progress}
	m := channel.Message{Ref: attemptRef(k.AttemptID), Channel: k.Channel, From: b.info.Sender.Address, To: k.Address,
		Lang: k.Language}
	wc, err := c.personal(b.common, b.info.Sender, p)
	if err != nil {
		return m, err
	}
	switch k.Channel {
	case survey.Mail:
		return c.mail(m, wc, b, worded(b.step, k.Text))
	case survey.SMS:
		m.StatusURL = c.hook("status", m.Ref, -1)
		m.Body, err = c.sms(ctx, wc, worded(b.step, k.Text), k.InvitationID)
		return m, err
	default:
		m.StatusURL = c.hook("status", m.Ref, -1)
		m.AnswerURL = c.hook("voice", m.Ref, 0)
		return m, nil
	}
}

// context gathers what the words for one person depend on.
func (c composer) context(ctx context.Context, k *survey.Campaign, s survey.Sender, p person) (wording.Context, error) {
	wc, err := c.common(ctx, k)
	if err != nil {
		return wc, err
	}
	return c.personal(wc, s, p)
}

// common gathers what all words of a campaign depend on; a chunk does it once.
func (c composer) common(ctx context.Context, k *survey.Campaign) (wording.Context, error) {
	src, err := c.store.QuestionnaireByID(ctx, k.QuestionnaireID)
	if err != nil {
		return wording.Context{}, err
	}
	q, err := c.ingest.Parsed(src)
	if err != nil {
		return wording.Context{}, err
	}
	size, err := c.store.FrameSize(ctx, k.ID)
	if err != nil {
		return wording.Context{}, err
	}
	zone, err := time.LoadLocation(k.Protocol.Zone)
	if err != nil {
		return wording.Context{}, err
	}
	return wording.Context{Campaign: *k, Zone: zone, Questionnaire: q, FrameSize: size}, nil
}

// personal adds what depends on the person.
func (c composer) personal(wc wording.Context, s survey.Sender, p person) (wording.Context, error) {
	wc.Now, wc.CanReceive = c.clock.Now(), s.CanReceive
	wc.Lang, wc.Name, wc.Title = p.lang.Or(survey.Vietnamese), p.name, p.title
	wc.Questionnaire, wc.Seed = wc.Questionnaire.For(p.invitation.Seed()), p.invitation.Seed()
	wc.Progress = instrument.Progress{Applicable: p.progress.Applicable, Answered: p.progress.Answered,
		Left: p.progress.Left, Keys: p.progress.Keys}
	if wc.Campaign.Confidentiality == survey.Anonymous { // how far anybody came is not known
		wc.Progress = instrument.Progress{}
	}
	var err error
	wc.Link, err = c.link("r", token.Form, p)
	if err != nil {
		return wc, err
	}
	wc.StopLink, err = c.link("u", token.Unsubscribe, p)
	return wc, err
}

// link is the person's own address behind one purpose.
func (c composer) link(path string, purpose token.Purpose, p person) (string, error) {
	if p.invitation == 0 {
		return "", nil
	}
	t, ok := c.keys.Make(p.tokenKey, purpose, p.invitation, p.tokenVersion)
	if !ok {
		return "", &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Where: "keys.json",
			Args: map[string]string{"key": p.tokenKey}}
	}
	return c.public + "/" + path + "/" + string(t), nil
}

// hook is an address of ours for the provider, with our reference in it.
func (c composer) hook(name, ref string, turn int) string {
	q := url.Values{channel.RefParam: {ref}}
	if turn >= 0 {
		q.Set(channel.TurnParam, strconv.Itoa(turn))
	}
	return c.public + "/hook/twilio/" + name + "?" + q.Encode()
}

// mail composes an e-mail. Its Message-ID follows from the attempt, so that
// every try of it is the same mail; and so does the address that it comes back to.
func (c composer) mail(m channel.Message, wc wording.Context, b *batch, step survey.Step) (channel.Message, error) {
	var err error
	if m.Mold, m.Fill, err = b.molds.mail(c.words, wc, step.Text); err != nil {
		return m, err
	}
	m.FromName = instrument.Texts(b.campaign.Office.Name).In(wc.Lang)
	m.ReplyTo = b.campaign.Office.Mail
	m.UnsubscribeURL = wc.StopLink
	_, domain, _ := strings.Cut(m.From, "@")
	m.MessageID = c.keys.MessageID(m.Ref, domain)
	if c.bounces != "" {
		m.EnvelopeFrom = c.keys.BounceAddress(m.Ref, c.bounces)
	}
	return m, nil
}

// sms composes a text: the link, or the opening of a conversation.
func (c composer) sms(ctx context.Context, wc wording.Context, step survey.Step, inv survey.InvitationID) (string, error) {
	var answers survey.Answers
	if step.Conversation && wc.Progress.Answered > 0 { // for most there is nothing to look up
		k, err := c.ingest.Case(ctx, inv)
		if err != nil {
			return "", err
		}
		answers = k.Answers
	}
	return c.text(wc, step, answers)
}

// notice composes the answer to an inbound text.
func (c composer) notice(ctx context.Context, n view.ClaimedNotice) (channel.Message, error) {
	m := channel.Message{Ref: noticeRef(n.ID), Channel: n.Channel, From: n.Sender.Address, To: n.Address, Lang: n.Language}
	m.StatusURL = c.hook("status", m.Ref, -1)
	var prompts []instrument.Prompt
	if err := json.Unmarshal(n.Prompts, &prompts); err != nil {
		return m, err
	}
	wc := wording.Context{Lang: n.Language.Or(survey.Vietnamese), Now: c.clock.Now(), CanReceive: n.Sender.CanReceive}
	if n.CampaignID == 0 {
		office, _, err := c.store.Office(ctx)
		if err != nil {
			return m, err
		}
		wc.Campaign.Office = office
	} else {
		k, err := c.store.Campaign(ctx, n.CampaignID)
		if err != nil {
			return m, err
		}
		wc, err = c.context(ctx, k, n.Sender, person{invitation: n.InvitationID, name: n.Name, title: n.Title,
			lang: n.Language, tokenKey: n.TokenKey, tokenVersion: n.TokenVersion, progress: n.Progress})
		if err != nil {
			return m, err
		}
	}
	if n.Words != "" {
		return c.byStaff(m, wc, n)
	}
	var err error
	m.Body, err = c.reply(wc, prompts)
	return m, err
}

// byStaff composes what a person of the office wrote in answer. A mail of it goes by
// its own Message-ID for ever, as that of an attempt does.
func (c composer) byStaff(m channel.Message, wc wording.Context, n view.ClaimedNotice) (channel.Message, error) {
	var err error
	if n.Channel != survey.Mail {
		m.Body, err = c.words.SMSByStaff(wc, n.Words)
		return m, err
	}
	if m.Subject, m.Text, err = c.words.MailByStaff(wc, n.Words); err != nil {
		return m, err
	}
	m.StatusURL, m.FromName, m.ReplyTo = "", instrument.Texts(wc.Campaign.Office.Name).In(wc.Lang), wc.Campaign.Office.Mail
	m.UnsubscribeURL = wc.StopLink
	_, domain, _ := strings.Cut(m.From, "@")
	m.MessageID = c.keys.MessageID(m.Ref, domain)
	if c.bounces != "" {
		m.EnvelopeFrom = c.keys.BounceAddress(m.Ref, c.bounces)
	}
	return m, nil
}

// outside are the prompts that are said outside a conversation.
var outside = map[instrument.PromptKind]wording.Notice{
	instrument.PromptOpinion:  wording.NoticeOpinion,
	instrument.PromptLate:     wording.NoticeLate,
	instrument.PromptPaused:   wording.NoticePaused,
	instrument.PromptStranger: wording.NoticeStrange,
	instrument.PromptHuman:    wording.NoticeHuman,
}

func (c composer) reply(wc wording.Context, prompts []instrument.Prompt) (string, error) {
	if len(prompts) == 1 {
		if n, ok := outside[prompts[0].Kind]; ok {
			return c.words.SMSNotice(wc, n)
		}
	}
	parts, err := c.words.Reply(wc, prompts)
	return strings.Join(parts, " "), err
}

// again composes the words of an attempt in doubt once more, to be compared
// with the provider's listing; a call has none. firm says that they are surely
// the same words: a text depends on how far the person is, and one who has acted
// may have been somewhere else at the claim. It is told from where the person was
// when the attempt was due: who has answered by now may have done so to this very
// text. Words that cannot be made again are empty, and never firm.
func (c composer) again(ctx context.Context, d view.Doubt) (body string, firm bool, err error) {
	if d.Channel != survey.SMS {
		return "", true, nil
	}
	k, err := c.ingest.Case(ctx, d.InvitationID)
	if err != nil {
		return "", false, err
	}
	at := slices.IndexFunc(k.Attempts, func(a survey.Attempt) bool { return a.ID == d.AttemptID })
	step := slices.IndexFunc(k.Campaign.Protocol.Steps, func(s survey.Step) bool { return at >= 0 && s.Name == k.Attempts[at].Step })
	if step < 0 {
		return "", false, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	wc, err := c.context(ctx, k.Campaign, d.Sender, person{invitation: k.Invitation.ID, name: k.Name, title: k.Title,
		lang: k.Invitation.Language, tokenKey: k.TokenKey, tokenVersion: k.Invitation.TokenVersion,
		progress: view.Progress{Applicable: k.Facts.Applicable, Answered: k.Facts.Answered, Keys: k.Facts.KeyAnswered}})
	if err != nil {
		return "", false, err
	}
	before := maps.Clone(k.Answers)
	maps.DeleteFunc(before, func(q string, _ survey.Answer) bool { return k.AnsweredAt[q].After(k.Attempts[at].DueAt) })
	switch {
	case len(before) == 0:
		wc.Progress = instrument.Progress{}
	case len(before) < len(k.Answers):
		wc.Progress = wc.Questionnaire.Progress(before, survey.TextMode)
	}
	if body, err = c.text(wc, worded(k.Campaign.Protocol.Steps[step], k.Attempts[at].Text), before); err != nil {
		return "", false, nil
	}
	return body, !k.Facts.Human && k.Facts.Answered == 0, nil
}
