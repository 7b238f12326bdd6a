package ingest

import (
	"encoding/json"
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
	var ch view.Change
	switch s.Kind {
	case channel.InboundText:
		ch = d.text(s)
	case channel.InboundKeys:
		ch = d.keys(s)
	case channel.InboundStatus:
		ch = d.status(s)
	case channel.InboundForm, channel.InboundStop:
		ch = d.form(s)
	default:
		ch = view.Change{Outcome: outcomeParked}
	}
	if ch.Outcome == "" {
		ch.Outcome = outcomeApplied
	}
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
	return d.c.Campaign.State == survey.CampaignPaused && d.c.ResponseID == ""
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
	ch.Progress = &view.Progress{Applicable: p.Applicable, Answered: p.Answered, Left: p.Left, Keys: p.Keys}
	return after
}

// submit ends the response: the case gets its disposition in the same
// transaction, and what is queued for the person is withdrawn.
func (d *decision) submit(ch *view.Change) {
	ch.Submit = true
	f := d.facts(ch)
	f.Submitted = true
	d.close(ch, f)
	ch.Events = append(ch.Events, d.event(survey.EventSubmitted, survey.ReasonSubmitted))
}

func (d *decision) facts(ch *view.Change) survey.CaseFacts {
	f := d.c.Facts
	f.Human = f.Human || ch.Human
	if p := ch.Progress; p != nil {
		f.Applicable, f.Answered, f.KeyAnswered = p.Applicable, p.Answered, p.Keys
	}
	return f
}

// close gives the case the disposition that its facts deserve. A case that has
// one already only ever moves up in precedence.
func (d *decision) close(ch *view.Change, f survey.CaseFacts) {
	code, why := disposition.Code(f, d.c.Campaign.Listed)
	if d.c.Invitation.State == survey.InvitationClosed {
		better, moved := disposition.Reclassify(d.c.Invitation.Disposition, code)
		if !moved {
			return
		}
		code = better
	}
	ch.Close, ch.CloseReason, ch.Cancel = code, why, why
}

// refuse ends the case because the person (or whoever has the number) said so.
func (d *decision) refuse(ch *view.Change, how string) {
	ch.Refusal, ch.Human = how, true
	f := d.facts(ch)
	f.Refused, f.WrongPerson = how != "wrong_person", how == "wrong_person"
	d.close(ch, f)
	kind := survey.EventRefused
	if how == "wrong_person" {
		kind = survey.EventWrongPerson
	}
	ch.Events = append(ch.Events, d.event(kind, survey.ReasonRefused))
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
