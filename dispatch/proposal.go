package dispatch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ProposalStore is what making a campaign step by step needs of the database.
type ProposalStore interface {
	DraftStore
	SeenStore
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
	Proposal(ctx context.Context, id survey.ProposalID) (view.Proposal, error)
	OpenProposals(ctx context.Context, most int) ([]view.Proposal, error)
	DueProposals(ctx context.Context, now time.Time) ([]view.Proposal, error)
	MakeProposal(ctx context.Context, c view.ProposalChange) (survey.ProposalID, error)
	SaveProposal(ctx context.Context, c view.ProposalChange) error
	MoveProposal(ctx context.Context, m view.ProposalMove) error
	FailProposal(ctx context.Context, id survey.ProposalID, hash string, faults []survey.Fault) error
	KeepDraft(ctx context.Context, d view.ProposalDraft) (survey.CampaignID, error)
	KeepTrial(ctx context.Context, t view.ProposalTrial) error
	NameUsed(ctx context.Context, name string, id survey.ProposalID) (bool, error)
	ApprovalWanted(ctx context.Context) (bool, error)
	WantApproval(ctx context.Context, wanted bool, by view.Audit) error
}

// ProposalStep is one part of making a campaign.
type ProposalStep string

// The steps, in their order.
const (
	StepQuestionnaire ProposalStep = "questionnaire"
	StepFrame         ProposalStep = "frame"
	StepSample        ProposalStep = "sample"
	StepProtocol      ProposalStep = "protocol"
	StepSecrecy       ProposalStep = "secrecy"
	StepMoney         ProposalStep = "money"
	StepTrial         ProposalStep = "trial"
	StepApproval      ProposalStep = "approval"
)

// ProposalSteps lists the steps in their order.
func ProposalSteps() []ProposalStep {
	return []ProposalStep{StepQuestionnaire, StepFrame, StepSample, StepProtocol, StepSecrecy, StepMoney, StepTrial, StepApproval}
}

// settled are the steps that are saved; the last two are looked at.
func settled() []ProposalStep { return ProposalSteps()[:6] }

// Plan is a campaign as it is proposed: what it would be created from, when it starts,
// and what of it staff have settled.
type Plan struct {
	Spec Spec
	// Starts is when it is to begin, in business time; zero: at once.
	Starts time.Time
	// Answering is the share of people who are expected to answer, 0 to 1; 0 in a plan
	// that is not kept yet: what was seen of late.
	Answering float64
	// Settled are the steps that were saved.
	Settled []ProposalStep
}

// Has reports whether a step was saved.
func (p Plan) Has(step ProposalStep) bool {
	for _, s := range p.Settled {
		if s == step {
			return true
		}
	}
	return false
}

// Missing is the first step that was not saved, "" if all were.
func (p Plan) Missing() ProposalStep {
	for _, s := range settled() {
		if !p.Has(s) {
			return s
		}
	}
	return ""
}

// Proposal is a campaign that is being made.
type Proposal struct {
	view.Proposal
	Plan Plan
}

// Approved reports whether the plan as it is was approved.
func (p Proposal) Approved() bool {
	return p.State == survey.ProposalApproved && p.ApprovedHash == p.Hash
}

// Stale reports whether the plan was changed since the dry run.
func (p Proposal) Stale() bool { return p.TrialHash != p.Hash }

// expected is the share of people who answer where nothing is known yet.
const expected = .5

// NewPlan is that of a campaign of which nothing is settled: everybody on the list, by
// the monthly protocol, with a seed of its own.
func NewPlan(random io.Reader) (Plan, error) {
	p := Plan{Spec: Spec{Purpose: survey.PurposeSurvey, Confidentiality: survey.Identified, Listed: survey.EligibilityAssumed,
		Design: survey.Design{Method: survey.Census}, Protocol: survey.Protocol{Name: "monthly"}}}
	var err error
	p.Spec.Design.Seed, err = seed(0, random)
	return p, err
}

// encode is the plan in JSON, and its hash.
func (p Plan) encode() ([]byte, string, error) {
	doc, err := json.Marshal(p)
	if err != nil {
		return nil, "", fmt.Errorf("dispatch: plan: %w", err)
	}
	sum := sha256.Sum256(doc)
	return doc, hex.EncodeToString(sum[:]), nil
}

func (p Plan) change(actor string, now time.Time) (view.ProposalChange, error) {
	c := view.ProposalChange{Name: p.Spec.Name, Title: p.Spec.Title[survey.Vietnamese], Actor: actor, Now: now}
	var err error
	c.Plan, c.Hash, err = p.encode()
	return c, err
}

// ProposalOf reads a proposal that was kept.
func ProposalOf(p view.Proposal) (Proposal, error) {
	out := Proposal{Proposal: p}
	if err := json.Unmarshal(p.Plan, &out.Plan); err != nil {
		return out, &survey.Error{Kind: survey.Internal, Code: survey.CodeUnexpected, Where: p.Name, Err: err}
	}
	return out, nil
}

// ReadProposal returns a proposal. Errors: not_found.
func ReadProposal(ctx context.Context, store ProposalStore, id survey.ProposalID) (Proposal, error) {
	p, err := store.Proposal(ctx, id)
	if err != nil {
		return Proposal{}, err
	}
	return ProposalOf(p)
}

// MakeProposal keeps a new plan, with the office's own texts as they are, since what is
// approved is what people read, and the share of answers that was seen of late. Errors:
// name_taken.
func MakeProposal(ctx context.Context, store ProposalStore, p Plan, actor string, now time.Time) (survey.ProposalID, error) {
	if p.Spec.Texts == nil {
		var err error
		if p.Spec.Texts, err = store.OwnTexts(ctx); err != nil {
			return 0, err
		}
	}
	if p.Answering == 0 {
		seen, err := SeenRate(ctx, store, p.Spec, now)
		if err != nil {
			return 0, err
		}
		p.Answering = seen.Answering()
	}
	c, err := p.change(actor, now)
	if err != nil {
		return 0, err
	}
	return store.MakeProposal(ctx, c)
}

// ProposalEdit saves one step of a proposal.
type ProposalEdit struct {
	ID      survey.ProposalID
	Version int // that was seen
	Step    ProposalStep
	Plan    Plan
	Actor   string
	Now     time.Time
}

// SaveStep checks one step of a plan and keeps the plan; what was asked, approved or
// ordered of the plan before is void. What is wrong with the step is told at once, as
// joined *survey.Error whose Where is the field. Errors: proposal_moved,
// proposal_state, name_taken, and those of CreateCampaign.
func SaveStep(ctx context.Context, store ProposalStore, e ProposalEdit) error {
	wrong, err := CheckPlan(ctx, store, e.Plan)
	if err != nil {
		return err
	}
	if bad := wrong[e.Step]; len(bad) > 0 {
		return errors.Join(bad...)
	}
	if used, err := store.NameUsed(ctx, e.Plan.Spec.Name, e.ID); err != nil {
		return err
	} else if used && e.Plan.Spec.Name != "" {
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeNameTaken, Where: "name", Args: map[string]string{"name": e.Plan.Spec.Name}}
	}
	if !e.Plan.Has(e.Step) {
		e.Plan.Settled = append(append([]ProposalStep{}, e.Plan.Settled...), e.Step)
	}
	c, err := e.Plan.change(e.Actor, e.Now)
	if err != nil {
		return err
	}
	c.ID, c.Version, c.Step = e.ID, e.Version, string(e.Step)
	return store.SaveProposal(ctx, c)
}

// CheckPlan finds what is wrong with a plan, by the step at which it is mended; what no
// step mends, the office or a sender, is with StepTrial.
func CheckPlan(ctx context.Context, store DraftStore, p Plan) (map[ProposalStep][]error, error) {
	_, err := draft(ctx, store, p.Spec)
	out := map[ProposalStep][]error{}
	for _, e := range flat(err) {
		var one *survey.Error
		if !errors.As(e, &one) || one.Kind == survey.Internal || one.Kind == survey.Unavailable {
			return nil, e
		}
		step := stepOf(one)
		out[step] = append(out[step], one)
	}
	return out, nil
}

// flat are errors that were joined.
func flat(err error) []error {
	var several interface{ Unwrap() []error }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &several):
		var out []error
		for _, e := range several.Unwrap() {
			out = append(out, flat(e)...)
		}
		return out
	}
	return []error{err}
}

// stepOf is the step at which an error of draft is mended.
func stepOf(e *survey.Error) ProposalStep {
	switch e.Code {
	case survey.CodeSenderMissing, survey.CodeCannotReceive, survey.CodeOfficeIncomplete:
		return StepTrial
	case survey.CodeAnonymousWeb:
		return StepSecrecy
	}
	if e.Args["step"] != "" { // a question that a step's channel cannot carry
		return StepProtocol
	}
	field, _, _ := strings.Cut(e.Where, ".")
	switch field {
	case "eligible":
		return StepFrame
	case "design":
		return StepSample
	case "confidentiality", "custody", "keep":
		return StepSecrecy
	case "rate", "budget":
		return StepMoney
	case "name", "title", "purpose", "listed", "questionnaire":
		return StepQuestionnaire
	}
	if strings.HasPrefix(field, "protocol") {
		return StepProtocol
	}
	return StepTrial
}
