package console

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

func trialKey(p dispatch.Proposal) string { return fmt.Sprintf("trial %d %s", p.ID, p.Hash) }

// try begins the dry run of a proposal as it is. It goes on when the screen is left.
func (v *visit) try(p dispatch.Proposal) {
	if step := p.Plan.Missing(); step != "" {
		v.goTo(stepPath(p.ID, step))
		return
	}
	c, by, now := v.console, v.account.Login, v.Clock.Now()
	c.tasks.run(trialKey(p), func(ctx context.Context, n *atomic.Int64) (any, error) {
		r, err := c.Forecast(ctx)
		if err != nil {
			return nil, err
		}
		r.Answering = 0 // the most that it can come to
		r.Each = func(dispatch.Planned) error { n.Add(1); return nil }
		_, err = dispatch.TryProposal(ctx, c.Store, r, dispatch.ProposalOrder{ID: p.ID, Hash: p.Hash, Actor: by, Now: now})
		return nil, err
	}).soon(v.ctx, v.most(patience))
	v.goTo(stepPath(p.ID, dispatch.StepTrial))
}

func (v *visit) showTrial(w templates.Wizard, p dispatch.Proposal) (templates.Screen, error) {
	page := templates.WizardTrial{Wizard: w, Missing: string(p.Plan.Missing()), Trial: v.trialOf(p)}
	t := v.tasks.known(trialKey(p))
	switch {
	case t == nil:
	case !t.over():
		page.Under, page.Seen = true, int(t.n.Load())
	case t.err != nil:
		page.General = append(page.General, v.allWords(t.err)...)
	}
	return page, nil
}

// trialOf is the dry run that is kept with a proposal.
func (v *visit) trialOf(p dispatch.Proposal) templates.Trial {
	kept, ok := dispatch.TrialOf(p)
	f := kept.Forecast
	out := templates.Trial{Has: ok, Stale: p.Stale(), At: v.local(p.TrialAt), Starts: v.local(f.At), Ends: v.local(f.Ends), Finish: v.local(f.Finish),
		BudgetEnds: v.local(f.BudgetEnds), Frame: f.Frame, Sample: f.Sample, People: f.People, Contacted: f.Contacted,
		Expected: int(float64(f.Contacted)*p.Plan.Answering + .5), Cost: f.Cost, Budget: f.Budget, Unpriced: f.Unpriced}
	for _, n := range f.Late {
		out.Late += n
	}
	for _, s := range f.Steps {
		out.Steps = append(out.Steps, templates.TrialStep{Name: s.Step, Channel: string(s.Channel), N: s.N, First: v.local(s.First), Last: v.local(s.Last)})
	}
	most := 1
	for _, d := range f.Days {
		day := d.Date.String()
		if len(out.Days) == 0 || out.Days[len(out.Days)-1].Key != day {
			out.Days = append(out.Days, templates.TrialDay{Key: day, At: time.Date(d.Date.Year, d.Date.Month, d.Date.Day, 0, 0, 0, 0, time.UTC)})
		}
		line := &out.Days[len(out.Days)-1]
		line.N, line.Cost = line.N+d.N, line.Cost+d.Cost
		most = max(most, line.N)
	}
	for i, d := range out.Days {
		out.Days[i].Width = fmt.Sprintf("%.2f%%", 100*float64(d.N)/float64(most))
	}
	for _, r := range slices.Sorted(maps.Keys(f.Never)) {
		out.Never = append(out.Never, templates.NeverLine{Reason: string(r), N: f.Never[r]})
	}
	out.Refused = v.faultWords(kept.Refused)
	out.Samples, out.Lints = textsOf(f.Samples), lintsOf(f.Lints)
	return out
}

// faultWords are what kept faults say.
func (v *visit) faultWords(kept []survey.Fault) []string {
	if len(kept) == 0 {
		return nil
	}
	all := make([]error, len(kept))
	for i, f := range kept {
		all[i] = f.Err()
	}
	return v.allWords(errors.Join(all...))
}

// decide does what the screen of approval was asked for.
func (v *visit) decide(p dispatch.Proposal) {
	o := dispatch.ProposalOrder{ID: p.ID, Hash: v.r.PostFormValue("hash"), Words: v.r.PostFormValue("words"), Actor: v.account.Login, Now: v.Clock.Now()}
	where, told, err := stepPath(p.ID, dispatch.StepApproval), "", error(nil)
	switch v.r.PostFormValue("do") {
	case "ask":
		told, err = "asked", dispatch.AskApproval(v.ctx, v.Store, o)
	case "approve":
		told, err = "approved", dispatch.Approve(v.ctx, v.Store, o)
	case "outside":
		told, err = "approved", v.approveOutside(o)
	case "return":
		told, err = "returned", dispatch.ReturnProposal(v.ctx, v.Store, o)
	case "drop":
		told, where, err = "dropped", "/campaigns", dispatch.DropProposal(v.ctx, v.Store, o)
	case "reopen":
		told, err = "reopened", dispatch.ReopenProposal(v.ctx, v.Store, o)
	case "stop":
		told, err = "stopped", dispatch.StopLaunch(v.ctx, v.Store, o)
	case "launch":
		var out bool
		if out, err = dispatch.LaunchProposal(v.ctx, v.Store, v.Keys, o); err == nil {
			told = "ordered"
			if out {
				told, where = "launched", campaignPath(p.Plan.Spec.Name)
			}
		}
	default:
		err = &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	if err == nil {
		v.tell(told)
		v.goTo(where)
		return
	}
	v.refuseDecision(p, err)
}

func (v *visit) approveOutside(o dispatch.ProposalOrder) error {
	paper := outsideOf(v)
	return dispatch.ApproveOutside(v.ctx, v.Store, paper, o)
}

// refuseDecision shows the screen of approval again, as it stands now, with what was
// typed and why nothing was done.
func (v *visit) refuseDecision(p dispatch.Proposal, why error) {
	if kind := survey.KindOf(why); kind != survey.Invalid && kind != survey.Conflict {
		v.fail(why)
		return
	}
	now, err := dispatch.ReadProposal(v.ctx, v.Store, p.ID)
	if err != nil {
		v.fail(err)
		return
	}
	f := fields{}
	for _, name := range []string{"words", "number", "signed", "signer", "do"} {
		f[name] = v.r.PostFormValue(name)
	}
	wrong := faults{"": why}
	if survey.CodeOf(why) == survey.CodeApprovalOutside {
		wrong = faults{"outside": why}
	}
	v.showStep(http.StatusUnprocessableEntity, now, f, wrong)
}
