package console

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// wizardStore is what making campaigns needs of the database.
type wizardStore interface {
	dispatch.ProposalLaunchStore
	dispatch.TrialStore
	dispatch.FrameStore
	dispatch.OrderWaveStore
	dispatch.MoveSeriesStore
	dispatch.ReadSeriesStore
	AllSeries(ctx context.Context, now time.Time) ([]view.SeriesLine, error)
	CampaignsPage(ctx context.Context, p view.CampaignsPage) ([]view.CampaignLine, error)
	ListFields(ctx context.Context) ([]view.FrameCount, error)
	Questionnaires(ctx context.Context) ([]view.PublishedQuestionnaire, error)
}

// fields are what stands in a form, by name; a name that stands several times has its
// values in lines. faults are what is wrong with them.
type (
	fields = map[string]string
	faults = map[string]error
)

// wizardStep is one step: how its fields are filled, how they are read, and its screen.
type wizardStep struct {
	fill func(v *visit, p *dispatch.Plan, f fields)
	read func(v *visit, p *dispatch.Plan, f fields) faults
	show func(v *visit, w templates.Wizard, p dispatch.Proposal) (templates.Screen, error)
}

// wizardSteps are the steps that have fields.
func wizardSteps() map[dispatch.ProposalStep]wizardStep {
	return map[dispatch.ProposalStep]wizardStep{
		dispatch.StepQuestionnaire: {fillQuestionnaire, readQuestionnaire, (*visit).showQuestionnaire},
		dispatch.StepFrame:         {fillFrame, readFrame, (*visit).showFrame},
		dispatch.StepSample:        {fillSample, readSample, (*visit).showSample},
		dispatch.StepProtocol:      {fillProtocol, readProtocol, (*visit).showProtocol},
		dispatch.StepSecrecy:       {fillSecrecy, readSecrecy, (*visit).showSecrecy},
		dispatch.StepMoney:         {fillMoney, readMoney, (*visit).showMoney},
		dispatch.StepTrial:         {show: (*visit).showTrial},
		dispatch.StepApproval:      {show: (*visit).showApproval},
	}
}

// propose begins a campaign: of nothing, or as another was.
func (v *visit) propose() {
	var plan dispatch.Plan
	var err error
	if from := v.r.PostFormValue("from"); from != "" {
		plan, err = dispatch.PlanAgain(v.ctx, v.Store, dispatch.AgainRequest{Campaign: from, Zone: v.Zone, Now: v.Clock.Now(), Rand: rand.Reader})
	} else if plan, err = dispatch.NewPlan(rand.Reader); err == nil {
		var latest string
		if latest, err = v.latest(); err == nil {
			err = dispatch.TakeOffice(v.ctx, v.Store, &plan, latest)
		}
	}
	var id survey.ProposalID
	if err == nil {
		id, err = dispatch.MakeProposal(v.ctx, v.Store, plan, v.account.Login, v.Clock.Now())
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.goTo(stepPath(id, dispatch.StepQuestionnaire))
}

func stepPath(id survey.ProposalID, step dispatch.ProposalStep) string {
	return "/proposals/" + strconv.FormatInt(int64(id), 10) + "/" + string(step)
}

// proposal is the one of the address.
func (v *visit) proposal() (dispatch.Proposal, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return dispatch.Proposal{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	return dispatch.ReadProposal(v.ctx, v.Store, survey.ProposalID(id))
}

// resume leads to where a proposal was left.
func (v *visit) resume() {
	p, err := v.proposal()
	if err != nil {
		v.fail(err)
		return
	}
	step := dispatch.StepTrial
	if missing := p.Plan.Missing(); missing != "" {
		step = missing
	} else if p.State != survey.ProposalWriting || !p.Stale() {
		step = dispatch.StepApproval
	}
	v.goTo(stepPath(p.ID, step))
}

// step shows one step as it was left.
func (v *visit) step() {
	p, err := v.proposal()
	step, ok := wizardSteps()[dispatch.ProposalStep(v.r.PathValue("step"))]
	if err == nil && !ok {
		err = &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	if err != nil {
		v.fail(err)
		return
	}
	f := fields{}
	if step.fill != nil {
		step.fill(v, &p.Plan, f)
	}
	v.showStep(http.StatusOK, p, f, nil)
}

// showStep shows a step with what stands in its fields, and what is wrong with it.
func (v *visit) showStep(status int, p dispatch.Proposal, f fields, wrong faults) {
	name := dispatch.ProposalStep(v.r.PathValue("step"))
	screen, err := wizardSteps()[name].show(v, v.wizard(p, name, f, wrong), p)
	if err != nil {
		v.fail(err)
		return
	}
	v.show(status, screen)
}

// wizard is what all steps show.
func (v *visit) wizard(p dispatch.Proposal, at dispatch.ProposalStep, f fields, wrong faults) templates.Wizard {
	w := templates.Wizard{Shell: v.shell("campaigns"), ID: int64(p.ID), Title: v.title(p.Plan.Spec.Title, p.Plan.Spec.Name), State: string(p.State), Step: string(at),
		Version: p.Version, Hash: p.Hash, Changed: v.local(p.ChangedAt), ChangedBy: p.ChangedBy, Remarks: p.Remarks, Values: f, Faults: map[string]string{},
		Locked:   p.State == survey.ProposalLaunched || p.State == survey.ProposalDropped,
		WillVoid: p.State == survey.ProposalAsked || p.State == survey.ProposalApproved}
	steps := dispatch.ProposalSteps()
	for i, s := range steps {
		done := p.Plan.Has(s) || s == dispatch.StepTrial && len(p.Trial) > 0 && !p.Stale() || s == dispatch.StepApproval && (p.Approved() || w.Locked)
		w.Steps = append(w.Steps, templates.WizardStep{Key: string(s), Done: done})
		if s == at && i > 0 {
			w.Back = string(steps[i-1])
		}
		if s == at && i+1 < len(steps) {
			w.Next = string(steps[i+1])
		}
	}
	for _, field := range slices.Sorted(maps.Keys(wrong)) {
		if field == "" {
			w.General = append(w.General, v.allWords(wrong[field])...)
			continue
		}
		w.Faults[field] = v.words(wrong[field])
	}
	return w
}

// allWords are what joined errors say, each once; all that the office lacks in one.
func (v *visit) allWords(err error) []string {
	var out, lacks []string
	for _, e := range unjoined(err) {
		var one *survey.Error
		if errors.As(e, &one) && one.Code == survey.CodeOfficeIncomplete {
			lacks = append(lacks, one.Args["name"])
			continue
		}
		if words := v.words(e); !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	if len(lacks) > 0 {
		slices.Sort(lacks)
		out = append(out, v.words(&survey.Error{Kind: survey.Invalid, Code: survey.CodeOfficeIncomplete, Args: map[string]string{"name": strings.Join(lacks, ", ")}}))
	}
	return out
}

// unjoined are errors that were joined.
func unjoined(err error) []error {
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) {
		var out []error
		for _, e := range several.Unwrap() {
			out = append(out, unjoined(e)...)
		}
		return out
	}
	return []error{err}
}

// saveStep reads a step: it is saved, or shown again as it was typed.
func (v *visit) saveStep() {
	p, err := v.proposal()
	if err != nil {
		v.fail(err)
		return
	}
	name := dispatch.ProposalStep(v.r.PathValue("step"))
	step, ok := wizardSteps()[name]
	switch {
	case !ok:
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
	case name == dispatch.StepTrial:
		v.try(p)
	case name == dispatch.StepApproval:
		v.decide(p)
	case step.read != nil:
		v.saveFields(p, name, step)
	}
}

func (v *visit) saveFields(p dispatch.Proposal, name dispatch.ProposalStep, step wizardStep) {
	if err := v.r.ParseForm(); err != nil {
		v.fail(&survey.Error{Kind: survey.Invalid, Code: survey.CodeCampaignInvalid, Args: map[string]string{"name": "form"}})
		return
	}
	f := fields{}
	for key, values := range v.r.PostForm {
		f[key] = strings.Join(values, "\n")
	}
	seen, _ := strconv.Atoi(f["version"])
	wrong := step.read(v, &p.Plan, f)
	switch f["do"] {
	case "", "save", "leave", "join", "apart":
	default: // looked at, and not saved yet
		delete(wrong, "") // what another step is wrong with waits
		v.showStep(http.StatusOK, p, f, wrong)
		return
	}
	if len(wrong) == 0 {
		err := dispatch.SaveStep(v.ctx, v.Store, dispatch.ProposalEdit{ID: p.ID, Version: seen, Step: name, Plan: p.Plan, Actor: v.account.Login, Now: v.Clock.Now()})
		if err == nil {
			v.leaveStep(p, name, f["do"])
			return
		}
		if kind := survey.KindOf(err); kind != survey.Invalid && kind != survey.Conflict {
			v.fail(err)
			return
		}
		wrong = faultsOf(err)
	}
	v.showStep(http.StatusUnprocessableEntity, p, f, wrong)
}

// leaveStep goes on to the next step, or away for now.
func (v *visit) leaveStep(p dispatch.Proposal, name dispatch.ProposalStep, do string) {
	if do == "leave" {
		v.tell("kept")
		v.goTo("/campaigns")
		return
	}
	if do == "join" || do == "apart" { // to be looked at
		v.tell("kept")
		v.goTo(stepPath(p.ID, name))
		return
	}
	steps := dispatch.ProposalSteps()
	v.goTo(stepPath(p.ID, steps[slices.Index(steps, name)+1]))
}

// faultsOf puts errors of a spec to the fields where they are mended.
func faultsOf(err error) faults {
	at := map[string]string{"design.size": "size", "design.sizes": "size", "design.strata": "s1", "design": "size", "custody": "holder", "confidentiality": "level", "eligible": "eligible"}
	out := faults{}
	for _, e := range unjoined(err) {
		field := ""
		var one *survey.Error
		if errors.As(e, &one) {
			switch one.Where {
			case "name", "title", "questionnaire", "purpose", "listed", "rate", "budget":
				field = one.Where
			default:
				field = at[one.Where]
			}
		}
		out[field] = errors.Join(out[field], e)
		if field != "" {
			out[field] = e
		}
	}
	return out
}
