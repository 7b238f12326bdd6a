package ingest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/worker/channel"
)

// sealable reports whether a post of an anonymous form goes by the way that leaves no
// answer in the clear. What is no answer (a stop, another language) goes the way of all.
func (f Form) sealable() bool {
	switch f.Action {
	case Begin, AnswerPage, Back, Save, Decline, Withdraw:
		return f.Seal.Valid()
	}
	return false
}

// kept is what is sealed of one person until it is sent.
type kept struct {
	Answers map[string][2]string `json:"a"` // value and missing reason, by question
	At      map[string]time.Time `json:"t"`
}

// Unseal gives a case of an anonymous campaign its answers, by the seal of the person's
// link. What another link sealed stays shut, and the person begins anew.
func Unseal(c *view.Case, s token.Seal) error {
	if len(c.Sealed) == 0 || !s.Valid() {
		return nil
	}
	c.Answers, c.AnsweredAt = survey.Answers{}, map[string]time.Time{}
	plain, err := s.Open(c.Sealed)
	if errors.Is(err, token.ErrSealed) {
		return nil
	}
	var k kept
	if err := json.Unmarshal(plain, &k); err != nil {
		return err
	}
	for q, a := range k.Answers {
		c.Answers[q] = survey.Answer{Value: survey.AnswerText(a[0]), Missing: survey.Missing(a[1])}
	}
	maps.Copy(c.AnsweredAt, k.At)
	return nil
}

// postSealed applies one post of an anonymous form, in one transaction and without a row
// in the inbox: pressed twice, it says the same twice.
func (g *Ingest) postSealed(ctx context.Context, inv survey.InvitationID, f Form) (FormResult, error) {
	c, err := g.store.Case(ctx, inv)
	if err != nil {
		return FormResult{}, err
	}
	now := g.clock.Now()
	today := g.today(c, now)
	zone, err := time.LoadLocation(c.Campaign.Protocol.Zone)
	if err != nil {
		zone = time.UTC
	}
	o := view.SealedOrder{Invitation: inv, Day: today, At: time.Date(today.Year, today.Month, today.Day, 0, 0, 0, 0, zone)}
	var out wanted
	s := stored{Form: &f, Inbound: channel.Inbound{Kind: channel.InboundForm, Provider: "web"}}
	s.storable()
	err = g.store.ApplySealed(ctx, o, func(c view.Case) (view.Change, error) {
		if c.Campaign.Confidentiality != survey.Anonymous {
			return view.Change{}, &survey.Error{Kind: survey.Internal, Code: survey.CodeState}
		}
		if err := Unseal(&c, f.Seal); err != nil {
			return view.Change{}, err
		}
		q, err := g.asked(c)
		if err != nil {
			return view.Change{}, err
		}
		out = wanted{decided: true}
		d := decision{g: g, q: q, c: c, now: now, out: &out}
		ch := d.form(s)
		if why, taken := d.taking(); ch.Human && !taken && why == survey.ReasonEnded {
			ch.Human, ch.Late = false, true
		}
		d.reconsider(&ch)
		for i := range ch.Events {
			ch.Events[i].At = o.At
		}
		return ch, d.seal(&ch, f.Seal)
	})
	return out.form, err
}

// seal puts the answers of a change where nobody reads them.
func (d *decision) seal(ch *view.Change, s token.Seal) error {
	if ch.Void {
		ch.Sealed = &view.SealedChange{}
		return nil
	}
	if len(ch.Items) == 0 && len(ch.Drop) == 0 && !ch.Submit {
		return nil
	}
	k := kept{Answers: map[string][2]string{}, At: maps.Clone(d.c.AnsweredAt)}
	if k.At == nil {
		k.At = map[string]time.Time{}
	}
	for q, a := range d.c.Answers {
		k.Answers[q] = [2]string{string(a.Value), string(a.Missing)}
	}
	for _, it := range ch.Items {
		k.Answers[it.Question] = [2]string{string(it.Answer.Value), string(it.Answer.Missing)}
		if k.At[it.Question] = it.At; it.At.IsZero() {
			k.At[it.Question] = d.now
		}
	}
	for _, q := range ch.Drop {
		delete(k.Answers, q)
		delete(k.At, q)
	}
	ch.Sealed = &view.SealedChange{}
	if !ch.Submit {
		return closeSeal(&ch.Sealed.Partial, s, k)
	}
	pool, err := d.g.keys.PoolSeal(d.c.Campaign.ID)
	if err != nil {
		return err
	}
	return closeSeal(&ch.Sealed.Pool, pool, view.SealedAnswers(k.Answers)) // when it was answered stays behind
}

func closeSeal(to *[]byte, s token.Seal, v any) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	*to, err = s.Close(plain, rand.Reader)
	return err
}

// Of an anonymous case the progress says how far somebody came in three steps and no
// more: the number of questions that applied, or were answered, would be found again
// beside the answers.
func (d *decision) blurred(p view.Progress) view.Progress {
	switch {
	case d.c.Campaign.Confidentiality != survey.Anonymous:
		return p
	case p.Answered == 0:
		return view.Progress{Applicable: 2, Left: 2}
	}
	return view.Progress{Applicable: 2, Answered: 1, Left: 1} // broken off, if nothing more comes
}

// whole is the progress of everybody who sent an anonymous form, whatever they left out.
func whole() view.Progress { return view.Progress{Applicable: 1, Answered: 1, Keys: true} }

// unkept answers a text of an anonymous campaign that is no keyword with the link: a text
// has a number beside it, so it is no answer here, and what it says is not kept. Who only
// wants to be called, or to know who we are, is heard.
func (d *decision) unkept(ch *view.Change, s stored) {
	if d.c.Campaign.Confidentiality != survey.Anonymous || ch.Outcome != outcomeParked && ch.Outcome != outcomeIgnored {
		return
	}
	s.Text = ""
	ch.Keep = encode(s)
	if m := ch.Matter; m != nil && (m.Kind == survey.MatterCallback || m.Kind == survey.MatterWho) {
		m.Question = ""
		return
	}
	parked := ch.Outcome == outcomeParked
	ch.Outcome, ch.Matter = outcomeIgnored, nil
	if !parked {
		return
	}
	if _, taken := d.taking(); !taken || d.paused() {
		return
	}
	for i := range ch.Notices {
		ch.Notices[i].Prompts = encode([]instrument.Prompt{{Kind: instrument.PromptLink}})
	}
}
