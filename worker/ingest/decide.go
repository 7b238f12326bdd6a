package ingest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// decision turns one inbound thing into a change of one case. It is pure but
// for out, which carries the answer back to a waiting request.
type decision struct {
	g   *Ingest
	q   *instrument.Questionnaire
	c   view.Case
	now time.Time
	out *wanted
	// received is the real time at which the thing came.
	received time.Time
}

// Outcomes of inbox rows.
const (
	outcomeApplied = "applied"
	outcomeIgnored = "ignored" // nothing new, or nothing that could be done
	outcomeParked  = "parked"  // kept for staff
)

func (d *decision) decide(r view.InboxRow) (view.Change, error) {
	var s stored
	if err := json.Unmarshal(r.Payload, &s); err != nil {
		return view.Change{Outcome: outcomeParked, Reason: survey.ReasonInvalid}, nil
	}
	d.received = r.ReceivedAt
	var ch view.Change
	switch s.Kind {
	case channel.InboundText:
		ch = d.text(s)
		d.unkept(&ch, s)
	case channel.InboundKeys:
		ch = d.keys(s)
	case channel.InboundAgain:
		ch = d.again(s)
	case channel.InboundStatus:
		ch = d.status(s)
	case channel.InboundSpoken:
		ch = d.spokenReady(s)
	case channel.InboundForm, channel.InboundStop:
		ch = d.form(s)
	case channel.InboundBounce, channel.InboundMail:
		ch = d.mail(s)
	default:
		ch = view.Change{Outcome: outcomeParked}
	}
	if ch.Outcome == "" {
		ch.Outcome = outcomeApplied
	}
	if why, taken := d.taking(); ch.Human && !taken && why == survey.ReasonEnded {
		ch.Human, ch.Late = false, true
	}
	d.reconsider(&ch)
	return ch, nil
}

// taking reports whether answers are taken now, and why not. A pause stops us
// from sending, not a person from going on: see paused.
func (d *decision) taking() (survey.Reason, bool) {
	switch state := d.c.Campaign.State; {
	case state != survey.CampaignFielding && state != survey.CampaignPaused, !d.now.Before(d.c.Campaign.EndsAt):
		return survey.ReasonEnded, false
	case d.c.ResponseState == survey.ResponseSubmitted:
		return survey.ReasonSubmitted, false
	case d.c.ResponseState == survey.ResponseVoided:
		return survey.ReasonRefused, false
	}
	return "", true
}

// paused reports whether the person has to wait: in a pause nobody begins.
func (d *decision) paused() bool {
	return d.c.Campaign.State == survey.CampaignPaused && d.c.ResponseID == "" && d.c.ResponseState == ""
}

// set folds new answers into the case: what to write, what became irrelevant,
// and how far the person is now.
func (d *decision) set(ch *view.Change, m survey.Mode, items []survey.Item) survey.Answers {
	after := d.c.Answers
	for _, it := range items {
		after = d.q.Set(after, it.Question, it.Answer)
	}
	for _, it := range items {
		if kept, ok := after[it.Question]; ok && kept == it.Answer {
			ch.Items = append(ch.Items, it)
		}
	}
	for name := range d.c.Answers {
		if _, kept := after[name]; !kept {
			ch.Drop = append(ch.Drop, name)
		}
	}
	p := d.q.Progress(after, survey.Web)
	ch.Mode = m
	far := d.blurred(view.Progress{Applicable: p.Applicable, Answered: p.Answered, Left: p.Left, Keys: p.Keys})
	ch.Progress = &far
	return after
}

// submit ends the response: the case gets its disposition in the same
// transaction, and what is queued for the person is withdrawn.
func (d *decision) submit(ch *view.Change) {
	ch.Submit = true
	if d.c.Campaign.Confidentiality == survey.Anonymous {
		all := whole()
		ch.Progress = &all
	}
	d.close(ch)
	ch.Events = append(ch.Events, d.progressed(ch, d.event(survey.EventSubmitted, survey.ReasonSubmitted)))
}

// facts are what is known of the case once ch is written.
func (d *decision) facts(ch *view.Change) survey.CaseFacts {
	f := d.c.Facts
	f.Human, f.Late = f.Human || ch.Human, f.Late || ch.Late
	f.MessageLeft = f.MessageLeft || ch.MessageLeft
	f.Submitted = ch.Submit || f.Submitted && !ch.Void
	f.ByOther = f.ByOther || ch.Refusal == "other" && !f.Refused
	f.Refused = f.Refused || ch.Refusal != ""
	f.WrongPerson = f.WrongPerson || ch.NotTheirs != ""
	if p := ch.Progress; p != nil {
		f.Applicable, f.Answered, f.KeyAnswered = p.Applicable, p.Answered, p.Keys
	}
	if ch.Attempt != nil {
		f = f.WithAttempts(d.after(*ch.Attempt)...)
	}
	return f
}

// after are the attempts of the case once o is recorded. An outcome that comes
// too late for its attempt changes nothing.
func (d *decision) after(o view.AttemptOutcome) []survey.Attempt {
	out := slices.Clone(d.c.Attempts)
	for i := range out {
		if to, err := survey.AttemptMachine().Next(out[i].State, o.Event); out[i].ID == o.ID && err == nil {
			out[i].State, out[i].Reason = to, o.Reason
		}
	}
	return out
}

// reconsider gives a case that is closed already the code of what is known now:
// what a person does later counts, and so does what became of our messages, until
// the campaign is archived.
func (d *decision) reconsider(ch *view.Change) {
	if d.c.Invitation.State != survey.InvitationClosed || ch.Close != "" {
		return
	}
	d.close(ch)
	if ch.Close != "" && ch.Progress != nil {
		ch.Events = append(ch.Events, d.progressed(ch, d.event(survey.EventAnswered, ch.CloseReason)))
	}
}

// close gives the case the disposition that its facts deserve. A case that has
// one already gets another as disposition.Reclassify allows.
func (d *decision) close(ch *view.Change) {
	code, why := disposition.Code(d.facts(ch), d.c.Campaign.Listed)
	if d.c.Invitation.State == survey.InvitationClosed {
		better, moved := disposition.Reclassify(d.c.Invitation.Disposition, code)
		if !moved {
			return
		}
		code = better
	}
	ch.Close, ch.CloseReason, ch.Cancel = code, why, why
}

// refuse ends the case because the person said so.
func (d *decision) refuse(ch *view.Change) {
	ch.Refusal, ch.Human = "person", true
	d.close(ch)
	ch.Events = append(ch.Events, d.progressed(ch, d.event(survey.EventRefused, survey.ReasonRefused)))
}

// wrongPerson records that whoever has a number is not the person. The number is
// barred, as was promised, and dies for this contact. The case goes on by the
// other addresses, and ends if there are none. Whoever said so is no evidence
// that the person acted.
func (d *decision) wrongPerson(ch *view.Change, source, number string) {
	ch.Suppress = append(ch.Suppress, survey.Suppression{Scope: survey.SuppressAll, Source: source,
		AddressKey: d.g.keys.AddressKey(survey.PhoneNumber, number)[0]})
	ch.NotTheirs, ch.Human = survey.Phone(number), false
	if !d.elsewhere(number) {
		d.close(ch)
	}
	ch.Events = append(ch.Events, d.event(survey.EventWrongPerson, survey.ReasonWrongPerson))
}

// elsewhere reports whether the protocol of the campaign can reach the person
// under another address than number.
func (d *decision) elsewhere(number string) bool {
	for _, step := range d.c.Campaign.Protocol.Steps {
		ch := step.Channel
		if slices.Contains(d.c.Suppressed, "") || slices.Contains(d.c.Suppressed, ch) {
			continue
		}
		if slices.ContainsFunc(d.c.Endpoints, func(e survey.Endpoint) bool {
			return e.Kind == ch.EndpointKind() && (e.SMS || ch != survey.SMS) && e.Status != survey.EndpointDead &&
				!strings.EqualFold(e.Address, number)
		}) {
			return true
		}
	}
	return false
}

// stop records that the person wants no more contacts: on the given channels,
// or on all. The address itself is remembered too, whoever owns it tomorrow.
func (d *decision) stop(ch *view.Change, source string, address string, channels ...survey.Channel) {
	if len(channels) == 0 {
		channels = []survey.Channel{""}
	}
	for _, c := range channels {
		ch.Suppress = append(ch.Suppress, survey.Suppression{ContactID: d.c.ContactID, Channel: c,
			Scope: survey.SuppressAll, Source: source})
		if address != "" {
			ch.Suppress = append(ch.Suppress, survey.Suppression{Channel: c, Scope: survey.SuppressAll, Source: source,
				AddressKey: d.g.keys.AddressKey(survey.PhoneNumber, address)[0]})
		}
	}
	ch.Events = append(ch.Events, d.event(survey.EventOptedOut, survey.ReasonOptedOut))
}

// progressed adds to e how far the person is: the case keeps only the latest, and
// a code must be found again from the record.
func (d *decision) progressed(ch *view.Change, e survey.Event) survey.Event {
	f := d.facts(ch)
	e.Args = map[string]string{"answered": strconv.Itoa(f.Answered), "applicable": strconv.Itoa(f.Applicable),
		"keys": strconv.FormatBool(f.KeyAnswered)}
	return e
}

func (d *decision) event(kind survey.EventKind, why survey.Reason) survey.Event {
	return survey.Event{Kind: kind, At: d.now, CampaignID: d.c.Invitation.CampaignID,
		InvitationID: d.c.Invitation.ID, Actor: "respondent", Reason: why}
}

// givenName is the last word of a Vietnamese name: it may be a stop word or a
// number without its accents.
func givenName(n survey.PersonName) survey.PersonName {
	words := strings.Fields(string(n))
	if len(words) == 0 {
		return ""
	}
	return survey.PersonName(words[len(words)-1])
}
