package ingest

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// SavePage is Post of the answers of a page on a case that was just read: one statement
// instead of a transaction under a lock, when answers are all that there is to write and
// the case is still what was read. Otherwise it is Post. The case as it is afterwards is
// in the result where it is known without reading it again.
func (g *Ingest) SavePage(ctx context.Context, on view.Page, nonce string, f Form) (FormResult, error) {
	longer := func() (FormResult, error) { return g.Post(ctx, on.Invitation.ID, nonce, f) }
	if f.sealable() {
		return g.postSealed(ctx, on.Invitation.ID, f)
	}
	if f.Action != AnswerPage && f.Action != Back && f.Action != Save || on.ResponseID == "" || len(on.Files) > 0 ||
		on.Invitation.State != survey.InvitationOpen && on.Invitation.State != survey.InvitationStarted {
		return longer()
	}
	q, err := g.asked(on.Case)
	if err != nil {
		return FormResult{}, err
	}
	s := stored{Form: &f, Inbound: channel.Inbound{Kind: channel.InboundForm, Provider: "web", ProviderID: nonce, At: g.clock.Real()}}
	a, err := arrival(owner{invitation: on.Invitation.ID}, s, s.At)
	if err != nil {
		return FormResult{}, err
	}
	var kept stored
	if err := json.Unmarshal(a.Payload, &kept); err != nil { // what is stored decides, as it would later
		return longer()
	}
	want := wanted{decided: true}
	d := decision{g: g, q: q, c: on.Case, now: g.clock.Now(), out: &want}
	change := d.form(kept)
	if !plainAnswers(change) {
		return longer()
	}
	saved, err := g.store.SavePage(ctx, view.PageSave{Provider: a.Provider, ProviderID: a.ProviderID, Kind: a.Kind, ReceivedAt: a.ReceivedAt,
		Payload: a.Payload, Invitation: on.Invitation.ID, Response: on.ResponseID, Versions: on.Versions, Change: change, Now: d.now})
	if err != nil || !saved {
		if err != nil && survey.KindOf(err) == survey.Unavailable {
			return FormResult{}, err
		}
		return longer()
	}
	after := d.c
	after.Answers, after.AnsweredAt = maps.Clone(after.Answers), maps.Clone(after.AnsweredAt)
	for _, it := range change.Items {
		after.Answers[it.Question], after.AnsweredAt[it.Question] = it.Answer, d.now
		if !it.At.IsZero() {
			after.AnsweredAt[it.Question] = it.At
		}
	}
	for _, name := range change.Drop {
		delete(after.Answers, name)
		delete(after.AnsweredAt, name)
	}
	want.form.After = &after
	return want.form, nil
}

// plainAnswers reports whether a change is answers, and nothing else.
func plainAnswers(ch view.Change) bool {
	if len(ch.Items) == 0 || ch.Progress == nil || ch.Outcome != "" || !ch.Human {
		return false
	}
	ch.Items, ch.Drop, ch.Mode, ch.Progress, ch.Human = nil, nil, "", nil, false
	return reflect.ValueOf(ch).IsZero()
}
