package ingest

import (
	"context"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// AssignStore is what taking somebody's words as an answer needs of the database.
type AssignStore interface {
	AssignMatter(ctx context.Context, o view.Assignment, decide func(view.Case) (view.Change, view.Assigned, error)) error
}

// Assign takes words that staff read as the answer to a question of a case, as if the
// person had given it by SMS, or takes that back. What arrived before is applied
// first. Errors: inbox_taken, inbox_path, inbox_moved, inbox_other, state_conflict.
func (g *Ingest) Assign(ctx context.Context, store AssignStore, o view.Assignment) error {
	if err := g.applyRow(ctx, view.Stored{InvitationID: o.Invitation}); err != nil {
		return err
	}
	return store.AssignMatter(ctx, o, func(c view.Case) (view.Change, view.Assigned, error) {
		q, err := g.asked(c)
		if err != nil {
			return view.Change{}, view.Assigned{}, err
		}
		d := decision{g: g, q: q, c: c, now: o.Now}
		if o.Undo {
			return d.unassign(o)
		}
		return d.assign(o)
	})
}

// assign puts the answer where the person would have. What a person changed since
// the words came stands: staff are told by what is in Before, and can look.
func (d *decision) assign(o view.Assignment) (view.Change, view.Assigned, error) {
	carried := o.Assigned
	if why, ok := d.open(o); !ok {
		return view.Change{}, carried, &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxTaken, Args: map[string]string{"reason": string(why)}}
	}
	if !onPath(d.q, d.c.Answers, o.Question) {
		return view.Change{}, carried, &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxPath, Args: map[string]string{"question": o.Question}}
	}
	carried.Before = d.c.Answers[o.Question]
	ch := view.Change{Human: true, Reason: survey.ReasonStaff}
	d.put(&ch, o, o.Answer)
	d.reconsider(&ch)
	return ch, carried, nil
}

// unassign brings back what was there before, unless the person has said something
// else since: theirs is the last word.
func (d *decision) unassign(o view.Assignment) (view.Change, view.Assigned, error) {
	ch, carried := view.Change{Reason: survey.ReasonStaff}, o.Assigned
	switch {
	case d.c.Answers[o.Question] != o.Answer:
	case o.Before.Empty():
		ch.Drop = []string{o.Question}
		left := survey.Answers{}
		for name, a := range d.c.Answers {
			if name != o.Question {
				left[name] = a
			}
		}
		p := d.q.Progress(left, survey.Web)
		ch.Progress = &view.Progress{Applicable: p.Applicable, Answered: p.Answered, Left: p.Left, Keys: p.Keys}
	default:
		d.put(&ch, o, o.Before)
	}
	d.reconsider(&ch)
	return ch, carried, nil
}

// put sets one answer, under the name of who did.
func (d *decision) put(ch *view.Change, o view.Assignment, a survey.Answer) {
	d.set(ch, survey.TextMode, []survey.Item{{Question: o.Question, Answer: a, By: o.Assigned.Actor}})
}

// open reports whether the answer may still be put there, and why not. Words that
// came in time count until the campaign is archived, however late they are read.
func (d *decision) open(o view.Assignment) (survey.Reason, bool) {
	k := d.c.Campaign
	switch {
	case k.Confidentiality == survey.Anonymous:
		return survey.ReasonAnonymous, false
	case d.c.ResponseState == survey.ResponseVoided:
		return survey.ReasonRefused, false
	case k.State == survey.CampaignArchived:
		return survey.ReasonClosed, false
	case k.State == survey.CampaignDraft, k.State == survey.CampaignReady:
		return survey.ReasonWait, false
	case !o.InTime:
		return survey.ReasonLate, false
	}
	return "", true
}

// onPath reports whether a question applies to a person with these answers, in any
// way of asking.
func onPath(q *instrument.Questionnaire, a survey.Answers, name string) bool {
	for _, p := range q.Path(a, survey.Web) {
		if p.Name == name && p.Type != instrument.Note {
			return true
		}
	}
	return false
}
