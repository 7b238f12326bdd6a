package wording

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// Mine returns a person's own page; the caller sets the addresses. a are the
// answers of this survey, and inv is the invitation whose link it is.
func (w *Wording) Mine(c Context, m view.Mine, inv survey.InvitationID, a survey.Answers) (templates.Mine, error) {
	page := templates.Mine{Frame: w.Frame(c), Others: Pressable(c.Campaign.Confidentiality)}
	for _, s := range m.Surveys {
		page.Surveys = append(page.Surveys, c.taken(s, s.ID == inv))
	}
	t := teller{w: w, c: c}
	for _, l := range []survey.Lang{survey.Vietnamese, survey.English} {
		page.Langs = append(page.Langs, templates.Option{Code: string(l), Label: t.say("lang."+string(l), templates.Fields{}),
			Checked: m.Card.Language.Or(survey.Vietnamese) == l})
	}
	for _, ch := range survey.Channels() {
		if !Reaches(m.Card.Endpoints, ch) {
			continue
		}
		page.Channels = append(page.Channels, templates.Option{Code: string(ch), Label: t.channel(ch)})
	}
	for _, h := range survey.AllHours() {
		if len(page.Channels) > 0 {
			page.Hours = append(page.Hours, templates.Option{Code: string(h), Label: t.hours(h), Checked: h == cmp.Or(m.Card.Hours, survey.HoursAny)})
		}
	}
	t.known(m, a)
	page.Known = t.out
	if !m.EraseAsked.IsZero() {
		page.EraseAsked = c.moment(m.EraseAsked)
	}
	return page, t.err
}

// Reaches reports whether one of the addresses can be contacted on the channel.
func Reaches(es []view.EndpointCard, ch survey.Channel) bool {
	return slices.ContainsFunc(es, func(e view.EndpointCard) bool {
		return e.Kind == ch.EndpointKind() && (e.SMS || ch != survey.SMS) && e.Status != survey.EndpointDead
	})
}

// taken is one line of the list of surveys.
func (c Context) taken(s view.OwnSurvey, here bool) templates.Taken {
	out := templates.Taken{Here: here, Title: s.Title[c.Lang.Or(survey.Vietnamese)]}
	if out.Title == "" {
		out.Title = s.Title[survey.Vietnamese]
	}
	if here {
		out.Title = c.title()
	}
	if out.Title == "" {
		out.Title = s.Name
	}
	fielding := s.Campaign == survey.CampaignFielding || s.Campaign == survey.CampaignPaused
	switch {
	case !s.SubmittedAt.IsZero():
		if out.State, out.When = "submitted", c.moment(s.SubmittedAt); here && c.sealed() {
			out.State, out.When = "submitted.sealed", c.day(s.SubmittedAt)
		}
	case !s.RefusedAt.IsZero():
		out.State = "declined"
	case !fielding || !c.Now.Before(s.EndsAt):
		out.State = "ended"
	case s.AnsweredBefore:
		out.State, out.When = "started", c.moment(s.EndsAt)
	default:
		out.State, out.When = "open", c.moment(s.EndsAt)
	}
	return out
}

// teller puts what is known of a person into words.
type teller struct {
	w   *Wording
	c   Context
	out []templates.Given
	err error // the first
}

func (t *teller) say(key string, f templates.Fields) string {
	words, err := t.w.set.Text(t.c.tongue(), "mine."+key, f)
	if err != nil && t.err == nil {
		t.err = err
	}
	return words
}

func (t *teller) add(key, value string) {
	if value != "" {
		t.out = append(t.out, templates.Given{Question: t.say("known."+key, templates.Fields{}), Answer: value})
	}
}

// channel names a channel, with the hours in which this survey uses it.
func (t *teller) channel(ch survey.Channel) string {
	window, ok := t.c.Campaign.Protocol.Windows[ch]
	if !ok || ch == survey.Mail {
		return t.say("reach."+string(ch), templates.Fields{})
	}
	return t.say("reach."+string(ch)+".hours", templates.Fields{From: window.From, To: window.To})
}

// hours names hours of the day as staff see them named.
func (t *teller) hours(h survey.Hours) string {
	words, err := t.w.set.Text(t.c.tongue(), "hours."+string(h), templates.Fields{})
	if err != nil && t.err == nil {
		t.err = err
	}
	return words
}

func (t *teller) known(m view.Mine, a survey.Answers) {
	p := m.Card
	t.add("name", strings.TrimSpace(p.Title+" "+string(p.Name)))
	t.add("code", p.Code)
	t.add("unit", p.Unit)
	t.add("sex", p.Sex)
	if p.Birth != 0 {
		t.add("birth", strconv.Itoa(p.Birth))
	}
	for _, e := range p.Endpoints {
		t.add(string(e.Kind), Masked(e.Kind, e.Address))
	}
	if p.Hours != "" {
		t.add("hours", t.hours(p.Hours)+" ("+t.day(p.HoursAt)+")")
	}
	var others []string
	for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		others = append(others, strings.ReplaceAll(name, "_", " ")+": "+p.Attributes[name])
	}
	t.add("others", strings.Join(others, "; "))
	if n := len(p.Consents); n > 0 {
		t.add("basis", t.say("known.basis."+p.Consents[n-1].Basis, templates.Fields{}))
	}
	t.add("since", t.day(p.CreatedAt))
	t.add("contacts", templates.Number(t.c.lang(), int64(m.Contacts)))
	switch given := t.w.Given(t.c, a); {
	case !Pressable(t.c.Campaign.Confidentiality):
		t.add("answers", t.say("known.answers.apart", templates.Fields{}))
	case len(given) == 0:
		t.add("answers", t.say("known.answers.none", templates.Fields{}))
	default:
		t.add("answers", templates.Number(t.c.lang(), int64(len(given))))
	}
}

func (t *teller) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return templates.Date(t.c.lang(), t.c.in(at))
}

// Masked hides most of an address from whoever else may hold the link: of a
// number the last three figures stay, of a mailbox its first letter and its host.
func Masked(kind survey.EndpointKind, address string) string {
	if kind == survey.EmailAddress {
		box, host, _ := strings.Cut(address, "@")
		first := []rune(box)
		return string(first[:min(len(first), 1)]) + "•••@" + host
	}
	return "••• ••• " + address[max(len(address)-3, 0):]
}

// Copy is what a person answered as a plain text to keep, lines end in CR LF.
func (w *Wording) Copy(c Context, given []templates.Given) (string, error) {
	f := w.Frame(c).Fields
	head, err := w.set.Text(c.tongue(), "copy.head", f)
	if err != nil {
		return "", err
	}
	lines := []string{head}
	if f.When != "" {
		at, err := w.set.Text(c.tongue(), "copy.at", f)
		if err != nil {
			return "", err
		}
		lines = append(lines, at)
	}
	for i, g := range given {
		lines = append(lines, "", strconv.Itoa(i+1)+". "+g.Question, "   "+g.Answer)
	}
	return strings.Join(lines, "\r\n") + "\r\n", nil
}
