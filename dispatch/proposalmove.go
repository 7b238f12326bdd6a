package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// ProposalOrder is what somebody asks of a proposal as they see it.
type ProposalOrder struct {
	ID    survey.ProposalID
	Hash  string // of the plan that was seen
	Words string // remarks
	Actor string
	Now   time.Time // business time
}

func (o ProposalOrder) move(ev survey.ProposalEvent) view.ProposalMove {
	return view.ProposalMove{ID: o.ID, Hash: o.Hash, Event: ev, Actor: o.Actor, Words: o.Words, Now: o.Now}
}

// AskApproval gives a whole plan to a second person, and makes its draft. Errors:
// proposal_step, proposal_moved, proposal_state, and those of CreateCampaign.
func AskApproval(ctx context.Context, store ProposalStore, o ProposalOrder) error {
	if _, err := keepDraft(ctx, store, o); err != nil {
		return err
	}
	return store.MoveProposal(ctx, o.move(survey.ProposalAsk))
}

// Approve lets a plan go into the field as it is. Errors: approval_own if the same
// person asked, proposal_moved, proposal_state.
func Approve(ctx context.Context, store ProposalStore, o ProposalOrder) error {
	return store.MoveProposal(ctx, o.move(survey.ProposalApprove))
}

// ApproveOutside notes that a plan was approved on paper. Errors: approval_outside,
// and those of AskApproval.
func ApproveOutside(ctx context.Context, store ProposalStore, paper view.OutsideApproval, o ProposalOrder) error {
	paper = view.OutsideApproval{Number: strings.TrimSpace(paper.Number), Date: strings.TrimSpace(paper.Date), Name: strings.TrimSpace(paper.Name)}
	at, err := time.Parse(time.DateOnly, paper.Date)
	if err != nil || paper.Number == "" || paper.Name == "" || at.After(o.Now.AddDate(0, 0, 1)) || len(paper.Number)+len(paper.Name) > 300 {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeApprovalOutside, Where: "outside"}
	}
	if _, err := keepDraft(ctx, store, o); err != nil {
		return err
	}
	m := o.move(survey.ProposalApprove)
	m.Outside = paper
	return store.MoveProposal(ctx, m)
}

// ReturnProposal gives a plan back with remarks. Errors: reason_missing,
// proposal_moved, proposal_state.
func ReturnProposal(ctx context.Context, store ProposalStore, o ProposalOrder) error {
	if err := reasoned(o.Words); err != nil {
		return err
	}
	return store.MoveProposal(ctx, o.move(survey.ProposalReturn))
}

// DropProposal ends the making of a campaign; ReopenProposal takes it up again.
func DropProposal(ctx context.Context, store ProposalStore, o ProposalOrder) error {
	return store.MoveProposal(ctx, o.move(survey.ProposalDrop))
}

// ReopenProposal takes up what was dropped. Errors: name_taken if another has its name.
func ReopenProposal(ctx context.Context, store ProposalStore, o ProposalOrder) error {
	return store.MoveProposal(ctx, o.move(survey.ProposalReopen))
}

// StopLaunch takes an ordered launch back.
func StopLaunch(ctx context.Context, store ProposalStore, o ProposalOrder) error {
	return store.MoveProposal(ctx, o.move(survey.ProposalStop))
}

// keepDraft checks a plan that was seen, and has its draft be as it is.
func keepDraft(ctx context.Context, store ProposalStore, o ProposalOrder) (survey.Campaign, error) {
	p, err := ReadProposal(ctx, store, o.ID)
	if err != nil {
		return survey.Campaign{}, err
	}
	if step := p.Plan.Missing(); step != "" {
		return survey.Campaign{}, &survey.Error{Kind: survey.Conflict, Code: survey.CodeProposalStep, Where: string(step)}
	}
	k, err := draft(ctx, store, p.Plan.Spec)
	if err != nil {
		return k, err
	}
	k.ID, err = store.KeepDraft(ctx, view.ProposalDraft{ID: p.ID, Hash: o.Hash, Campaign: k, Actor: o.Actor, Now: o.Now})
	return k, err
}

// ProposalLaunchStore is what launching a proposal needs of the database.
type ProposalLaunchStore interface {
	ProposalStore
	LaunchStore
}

// LaunchProposal launches a plan now, or orders its launch for when it starts. Where
// the office wants a second person to have approved it, nothing else is launched or
// ordered. It reports whether the campaign is in the field. Errors: approval_missing,
// proposal_past, and those of AskApproval and Launch.
func LaunchProposal(ctx context.Context, store ProposalLaunchStore, keys *token.Keyring, o ProposalOrder) (bool, error) {
	p, err := ReadProposal(ctx, store, o.ID)
	if err != nil {
		return false, err
	}
	if err := mayLaunch(ctx, store, p); err != nil {
		return false, err
	}
	if p.Plan.Starts.IsZero() {
		return true, launchPlan(ctx, store, keys, o)
	}
	if p.Plan.Starts.Before(o.Now) {
		return false, &survey.Error{Kind: survey.Conflict, Code: survey.CodeProposalPast, Where: "starts", Args: map[string]string{"time": p.Plan.Starts.Format("02/01/2006 15:04")}}
	}
	if _, err := keepDraft(ctx, store, o); err != nil {
		return false, err
	}
	m := o.move(survey.ProposalOrder)
	m.Starts = p.Plan.Starts
	return false, store.MoveProposal(ctx, m)
}

// mayLaunch refuses what a second person has to approve and did not. The launch itself
// refuses it, too; this is to say so before a launch is ordered.
func mayLaunch(ctx context.Context, store ProposalStore, p Proposal) error {
	wanted, err := store.ApprovalWanted(ctx)
	if err != nil || !wanted || p.Approved() {
		return err
	}
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeApprovalMissing, Args: map[string]string{"name": p.Name}}
}

// launchPlan launches a plan as it is. A launch that was cut short is taken up.
func launchPlan(ctx context.Context, store ProposalLaunchStore, keys *token.Keyring, o ProposalOrder) error {
	p, err := ReadProposal(ctx, store, o.ID)
	if err != nil {
		return err
	}
	if p.CampaignID == 0 || !p.Approved() { // what was approved has its draft, which stays
		if _, err := keepDraft(ctx, store, o); err != nil && !(p.CampaignID != 0 && survey.CodeOf(err) == survey.CodeProposalState) {
			return err
		}
	}
	_, err = Launch(ctx, store, keys, Order{Campaign: p.Plan.Spec.Name, Actor: o.Actor, Now: o.Now})
	return err
}

// Proposals launches what was ordered, when its time has come.
type Proposals struct {
	store ProposalLaunchStore
	keys  *token.Keyring
	clock survey.Clock
	log   *slog.Logger
}

// NewProposals returns what launches ordered proposals; keys are those of the tokens.
func NewProposals(store ProposalLaunchStore, keys *token.Keyring, clock survey.Clock, log *slog.Logger) *Proposals {
	return &Proposals{store: store, keys: keys, clock: clock, log: log}
}

// Tick launches what is due, once. Any number of them may run: a launch finds out by
// itself what of it was done. What is refused is noted with its proposal, is ordered
// no more, and waits for staff.
func (p *Proposals) Tick(ctx context.Context) error {
	now := p.clock.Now()
	due, err := p.store.DueProposals(ctx, now)
	if err != nil {
		return err
	}
	for _, d := range due {
		bad := launchPlan(ctx, p.store, p.keys, ProposalOrder{ID: d.ID, Hash: d.Hash, Actor: d.OrderedBy, Now: now})
		if bad == nil {
			continue
		}
		if now, err := p.store.Proposal(ctx, d.ID); err == nil && (now.State == survey.ProposalLaunched || now.Hash != d.Hash) {
			continue // another was faster, or it was changed and is ordered no more
		}
		if survey.KindOf(bad) == survey.Unavailable || ctx.Err() != nil {
			return errors.Join(err, bad)
		}
		p.log.WarnContext(ctx, "proposal not launched", "campaign", d.Name, "err", bad)
		err = errors.Join(err, p.store.FailProposal(ctx, d.ID, d.Hash, faults(bad)))
	}
	return err
}
