package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Trial is the dry run of a proposal: what it would do, and why a launch would be
// refused.
type Trial struct {
	Forecast Forecast
	Refused  []survey.Fault `json:",omitempty"`
}

// TrialStore is what a dry run of a proposal needs of the database.
type TrialStore interface {
	ProposalStore
	ForecastStore
}

// TryProposal works out what a plan would do from its start on, and keeps that with
// it. r says with which words and rates; its campaign and time are the plan's. Of the
// database it writes the draft and what came out. Errors: those of AskApproval and
// Foretell.
func TryProposal(ctx context.Context, store TrialStore, r ForecastRequest, o ProposalOrder) (Trial, error) {
	p, err := ReadProposal(ctx, store, o.ID)
	if err != nil {
		return Trial{}, err
	}
	if _, err := keepDraft(ctx, store, o); err != nil {
		return Trial{}, err
	}
	r.Campaign, r.At = p.Plan.Spec.Name, o.Now
	if p.Plan.Starts.After(o.Now) {
		r.At = p.Plan.Starts
	}
	var out Trial
	if out.Forecast, err = Foretell(ctx, store, r); err != nil {
		return out, err
	}
	if out.Forecast.Refused != nil {
		out.Refused = faults(out.Forecast.Refused)
	}
	doc, err := json.Marshal(out)
	if err != nil {
		return out, fmt.Errorf("dispatch: trial: %w", err)
	}
	return out, store.KeepTrial(ctx, view.ProposalTrial{ID: p.ID, Trial: doc, Hash: o.Hash, At: o.Now})
}

// TrialOf is the dry run that is kept with a proposal, false if there is none.
func TrialOf(p Proposal) (Trial, bool) {
	var t Trial
	if len(p.Trial) == 0 || json.Unmarshal(p.Trial, &t) != nil {
		return t, false
	}
	return t, true
}

// FrameStore is what looking at a frame needs of the database. It writes nothing.
type FrameStore interface {
	LookAtFrame(ctx context.Context, o view.FrameOrder) (view.FrameLook, error)
}

// mostTold is how large a frame may be of which each person is told whether it is drawn.
const mostTold = 3000

// LookAtFrame says who would be in the frame of a plan at a time, and what would be
// drawn from it: by what a launch does. By are fields to count by. A condition that
// cannot be read is an error; a design that cannot be drawn is told in the look.
func LookAtFrame(ctx context.Context, store FrameStore, plan Plan, at time.Time, by []string) (view.FrameLook, error) {
	c := specCheck{spec: plan.Spec}
	k := c.campaign()
	for _, err := range c.errors {
		var e *survey.Error
		if errors.As(err, &e) && e.Where == "eligible" {
			return view.FrameLook{}, e
		}
	}
	o := view.FrameOrder{Most: mostTold, By: by, Freeze: view.Freeze{Eligibility: k.Eligibility, Strata: k.Design.Strata, Rest: k.Design.Rest.Duration(), Now: at}}
	o.Draw = drawOrder(k, Order{Now: at})
	return store.LookAtFrame(ctx, o)
}

// WordSteps words every message of a plan for somebody who does not exist, in every
// language of its questionnaire, and finds what to look at in them. langs are the
// languages; at is when it would leave.
func WordSteps(ctx context.Context, store DraftStore, plan Plan, r ForecastRequest, langs []survey.Lang) ([]Sample, []Lint, error) {
	c := specCheck{spec: plan.Spec}
	k := c.campaign()
	if err := c.office(ctx, store, &k); err != nil {
		return nil, nil, err
	}
	if err := c.texts(ctx, store, &k); err != nil {
		return nil, nil, err
	}
	senders, err := store.Senders(ctx)
	if err != nil {
		return nil, nil, err
	}
	q, err := c.questionnaire(ctx, store, &k)
	if err != nil || q == nil || r.Word == nil {
		return nil, nil, err
	}
	k.LaunchedAt, k.EndsAt = r.At, r.At.Add(k.Protocol.Length.Duration())
	var samples []Sample
	var lints []Lint
	for _, s := range k.Protocol.Steps {
		sender, ok := senderFor(s, senders)
		if !ok || s.Channel == survey.Call {
			continue
		}
		for _, lang := range langs {
			w := wordSum{Specimen: view.Specimen{Campaign: &k, Sender: sender, Step: s, Lang: lang, At: r.At.Add(s.After.Duration())}}
			if w.Worded, err = r.Word(ctx, w.Specimen); err != nil {
				return nil, nil, err
			}
			samples = append(samples, Sample{Step: s.Name, Channel: s.Channel, Lang: lang, Subject: w.Subject, Body: w.Body, Segments: w.Segments})
			for _, l := range lint(w) {
				l.Step, l.Lang = s.Name, lang
				lints = append(lints, l)
			}
		}
	}
	return samples, lints, nil
}

// senderFor is a sender by which a step may leave.
func senderFor(s survey.Step, senders []survey.Sender) (survey.Sender, bool) {
	for _, o := range senders {
		if o.Channel == s.Channel && (s.Sender == "" || s.Sender == o.Address) && (!s.Conversation || o.CanReceive) {
			return o, true
		}
	}
	return survey.Sender{}, false
}
