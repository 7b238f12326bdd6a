package ingest

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// SavePage is Post of the answers of a page on a case that was just read: SaveOn where
// that can be, else Post.
func (g *Ingest) SavePage(ctx context.Context, on view.Page, nonce string, f Form) (FormResult, error) {
	if f.sealable() {
		return g.postSealed(ctx, on.Invitation.ID, f)
	}
	result, err := g.SaveOn(ctx, on, nonce, f)
	if err != nil || result.After != nil {
		return result, err
	}
	return g.Post(ctx, on.Invitation.ID, nonce, f)
}

// SaveOn keeps the answers of a page on a case that was read before, by one statement
// instead of a transaction under a lock: when answers are all that there is to write and
// the case is still what was read. Otherwise it does nothing, and the result has no
// After. An error is of a database that is away, or of the case itself.
func (g *Ingest) SaveOn(ctx context.Context, on view.Page, nonce string, f Form) (FormResult, error) {
	if f.Action != AnswerPage && f.Action != Back && f.Action != Save || on.ResponseID == "" || len(on.Files) > 0 ||
		on.ResponseState != survey.ResponseStarted || on.SubmittedByMode != survey.Web ||
		on.Invitation.State != survey.InvitationOpen && on.Invitation.State != survey.InvitationStarted {
		return FormResult{}, nil
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
	s.storable()
	if !s.legible() {
		return FormResult{}, nil
	}
	want := wanted{decided: true}
	d := decision{g: g, q: q, c: on.Case, now: g.clock.Now(), out: &want}
	change := d.form(s)
	if !plainAnswers(change) {
		return FormResult{}, nil
	}
	version, err := g.store.SavePage(ctx, view.PageSave{Provider: a.Provider, ProviderID: a.ProviderID, Kind: a.Kind, ReceivedAt: a.ReceivedAt,
		Payload: a.Payload, Invitation: on.Invitation.ID, Response: on.ResponseID, Versions: on.Versions,
		Language: on.Invitation.Language.Or(survey.Vietnamese), Change: change, Now: d.now})
	if err != nil && survey.KindOf(err) == survey.Unavailable {
		return FormResult{}, err
	}
	if err == nil && version != "" {
		want.form.After = after(on, change, version, d.now)
	} else {
		want.form = FormResult{}
	}
	return want.form, nil
}

// after is a page's case as it is when a change that is answers is kept.
func after(on view.Page, change view.Change, version string, now time.Time) *view.Page {
	now = now.Round(time.Microsecond) // as it is stored
	on.Versions.Invitation = version
	on.Invitation.State = survey.InvitationStarted
	on.Facts.Human = true
	on.Facts.Applicable, on.Facts.Answered, on.Facts.KeyAnswered = change.Progress.Applicable, change.Progress.Answered, change.Progress.Keys
	on.Answers, on.AnsweredAt = maps.Clone(on.Answers), maps.Clone(on.AnsweredAt)
	for _, it := range change.Items {
		on.Answers[it.Question], on.AnsweredAt[it.Question] = it.Answer, now
		if !it.At.IsZero() {
			on.AnsweredAt[it.Question] = it.At.Round(time.Microsecond)
		}
	}
	return &on
}

// legible reports whether a form reads the same when it comes back from where it is
// stored, which replaces what is no UTF-8.
func (s *stored) legible() bool {
	for name, f := range s.Form.Fields {
		if !utf8.ValidString(name) || !utf8.ValidString(f.Other) || slices.ContainsFunc(f.Values, func(v string) bool { return !utf8.ValidString(v) }) {
			return false
		}
	}
	return true
}

// plainAnswers reports whether a change is answers, and nothing else.
func plainAnswers(ch view.Change) bool {
	if len(ch.Items) == 0 || ch.Progress == nil || ch.Outcome != "" || !ch.Human {
		return false
	}
	ch.Items, ch.Mode, ch.Progress, ch.Human = nil, "", nil, false
	return reflect.ValueOf(ch).IsZero()
}
