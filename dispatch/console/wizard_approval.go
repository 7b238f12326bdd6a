package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/instrument"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// outsideOf reads the document by which a campaign was approved.
func outsideOf(v *visit) view.OutsideApproval {
	out := view.OutsideApproval{Number: v.r.PostFormValue("number"), Name: v.r.PostFormValue("signer")}
	if at, err := moment(v.r.PostFormValue("signed"), "00:00", v.Zone); err == nil {
		out.Date = at.Format(time.DateOnly)
	}
	return out
}

func (v *visit) showApproval(w templates.Wizard, p dispatch.Proposal) (templates.Screen, error) {
	return v.approvalOf(w, p)
}

func (v *visit) approvalOf(w templates.Wizard, p dispatch.Proposal) (templates.WizardApproval, error) {
	page := templates.WizardApproval{Wizard: w, Own: p.AskedBy == v.account.Login, AskedBy: p.AskedBy, AskedAt: v.local(p.AskedAt),
		ApprovedBy: p.ApprovedBy, ApprovedAt: v.local(p.ApprovedAt), Starts: v.local(p.Plan.Starts), PaperNumber: p.Outside.Number, PaperName: p.Outside.Name,
		Ordered: v.local(p.OrderedAt), OrderedBy: p.OrderedBy, Missing: string(p.Plan.Missing()), Trial: v.trialOf(p), Name: p.Campaign}
	if at, err := time.Parse(time.DateOnly, p.Outside.Date); err == nil {
		page.PaperDate = at
	}
	page.Refused = v.faultWords(p.Faults)
	var err error
	page.Wanted, err = v.Store.ApprovalWanted(v.ctx)
	return page, err
}

func (v *visit) proposalSettings() {
	second, err := v.Store.ApprovalWanted(v.ctx)
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, templates.ProposalSettings{Shell: v.shell("campaigns"), Second: second})
}

// setProposals says whether a second person has to approve.
func (v *visit) setProposals() {
	err := v.Store.WantApproval(v.ctx, v.r.PostFormValue("second") == "yes", view.Audit{At: v.Clock.Now(), Actor: v.account.Login})
	if err != nil {
		v.fail(err)
		return
	}
	v.tell("approvalset")
	v.goTo("/proposals/settings")
}

// printProposal is the whole proposal on paper, to be signed.
func (v *visit) printProposal() {
	p, err := v.proposal()
	if err != nil {
		v.fail(err)
		return
	}
	s := p.Plan.Spec
	pr := protocolOf(p.Plan)
	approval, err := v.approvalOf(templates.Wizard{}, p)
	if err != nil {
		v.fail(err)
		return
	}
	page := templates.ProposalPrint{Shell: v.shell("campaigns"), ID: int64(p.ID), Title: v.title(s.Title, s.Name), Name: s.Name, State: string(p.State), Hash: p.Hash,
		Questionnaire: s.Questionnaire, Purpose: string(s.Purpose), Level: string(s.Confidentiality), Holder: s.Custody.Holder,
		Until: strconv.Itoa(int(s.Custody.Until.Duration().Hours() / 24)), Who: v.conditionWords(s.Eligible), Method: string(s.Design.Method),
		Starts: v.local(p.Plan.Starts), Rate: s.Rate, Budget: s.Budget, Seed: strconv.FormatUint(s.Design.Seed, 10), MadeBy: p.MadeBy,
		Changed: v.local(p.ChangedAt), Approval: approval, Trial: v.trialOf(p)}
	for _, field := range s.Design.Strata {
		page.Strata = append(page.Strata, v.fieldWords(field))
	}
	begins := page.Starts
	if begins.IsZero() {
		begins = v.now()
	}
	page.Ends = begins.Add(pr.Length.Duration())
	f := fields{}
	fillSteps(pr, f)
	for n := range pr.Steps {
		page.Steps = append(page.Steps, stepRow(templates.Wizard{Values: f}, n))
	}
	q, err := v.questionnaire(s.Questionnaire)
	if err != nil {
		v.fail(err)
		return
	}
	if q != nil {
		page.Questions = printQuestions(q, v.lang())
	}
	v.show(http.StatusOK, page)
}

// printQuestions are the questions as each way of answering has them.
func printQuestions(q *instrument.Questionnaire, lang survey.Lang) []templates.PrintQuestion {
	var out []templates.PrintQuestion
	for i, question := range q.Questions {
		line := templates.PrintQuestion{N: i + 1, Name: question.Name, Required: question.Required}
		line.Text = firstText(textIn(question.Label, lang), question.Name)
		line.SMS, line.Call = textIn(question.SMS, lang), textIn(question.Voice, lang)
		for _, c := range question.Choices {
			line.Choices = append(line.Choices, textIn(c.Label, lang))
		}
		out = append(out, line)
	}
	return out
}

// textIn is a text in a language, else in Vietnamese.
func textIn(t instrument.Texts, lang survey.Lang) string {
	return firstText(t[lang], t[survey.Vietnamese])
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// conditionWords says a condition as people read it.
func (v *visit) conditionWords(text string) string {
	c, bad := sampling.ParseCondition(text)
	if bad != nil {
		return text
	}
	return v.sayCondition(c)
}

func (v *visit) sayCondition(c survey.Condition) string {
	word := func(key string) string { return v.Templates.Sentence(string(v.lang()), "wizard.cond."+key) }
	switch c.Op {
	case survey.OpTrue:
		return word("all")
	case survey.OpAnd, survey.OpOr:
		parts := make([]string, len(c.Of))
		for i, o := range c.Of {
			if parts[i] = v.sayCondition(o); o.Op == survey.OpAnd || o.Op == survey.OpOr {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(parts, " "+word(string(c.Op))+" ")
	case survey.OpNot:
		return word("not") + " (" + v.sayCondition(c.Of[0]) + ")"
	case survey.OpPresent:
		return word("has") + " " + v.fieldWords(c.Field)
	case survey.OpEq, survey.OpIn:
		return v.fieldWords(c.Field) + ": " + strings.Join(c.Values, ", ")
	}
	return sampling.FormatCondition(c)
}
