package console

import (
	"math"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

func fillQuestionnaire(_ *visit, p *dispatch.Plan, f fields) {
	s := p.Spec
	f["title"], f["title_en"], f["name"], f["questionnaire"] = s.Title[survey.Vietnamese], s.Title[survey.English], s.Name, s.Questionnaire
	f["purpose"], f["listed"] = string(s.Purpose), string(s.Listed)
}

func readQuestionnaire(_ *visit, p *dispatch.Plan, f fields) faults {
	title := strings.TrimSpace(f["title"])
	p.Spec.Title = map[survey.Lang]string{survey.Vietnamese: title}
	if en := strings.TrimSpace(f["title_en"]); en != "" {
		p.Spec.Title[survey.English] = en
	}
	if p.Spec.Name = strings.TrimSpace(f["name"]); p.Spec.Name == "" {
		p.Spec.Name = slug(title)
		f["name"] = p.Spec.Name
	}
	p.Spec.Questionnaire = f["questionnaire"]
	p.Spec.Purpose, p.Spec.Listed = survey.Purpose(f["purpose"]), survey.Eligibility(f["listed"])
	wrong := faults{}
	if title == "" || len(title) > 200 {
		wrong["title"] = &survey.Error{Kind: survey.Invalid, Code: survey.CodeTitleMissing}
	}
	if p.Spec.Questionnaire == "" {
		wrong["questionnaire"] = &survey.Error{Kind: survey.Invalid, Code: survey.CodeQuestionnaireUnchosen}
	}
	return wrong
}

func (v *visit) showQuestionnaire(w templates.Wizard, p dispatch.Proposal) (templates.Screen, error) {
	page := templates.WizardQuestionnaire{Wizard: w, Purposes: []string{string(survey.PurposeSurvey), string(survey.PurposeDutyReport)},
		Listed: []string{string(survey.EligibilityKnown), string(survey.EligibilityAssumed), string(survey.EligibilityUnknown)}}
	all, err := v.Store.Questionnaires(v.ctx)
	if err != nil {
		return nil, err
	}
	newest := map[string]bool{}
	for _, q := range all {
		value := q.Name + "@" + strconv.Itoa(q.Version)
		if newest[q.Name] && value != w.V("questionnaire") { // an older version only if it is the one chosen
			continue
		}
		newest[q.Name] = true
		page.Published = append(page.Published, templates.Choice{Value: value, Text: v.title(q.Title, q.Name), More: value})
	}
	page.About, err = v.aboutQuestionnaire(p.Plan.Spec.Questionnaire)
	return page, err
}

// aboutQuestionnaire says how long a questionnaire is, and in which languages.
func (v *visit) aboutQuestionnaire(ref string) (templates.Choice, error) {
	q, err := v.questionnaire(ref)
	if err != nil || q == nil {
		return templates.Choice{}, err
	}
	langs := make([]string, len(q.Languages))
	for i, l := range q.Languages {
		if langs[i], _ = templates.Words("lang."+string(l), string(v.lang()), nil); langs[i] == "" {
			langs[i] = string(l)
		}
	}
	return templates.Choice{Value: ref, Text: strings.Join(langs, ", "), N: len(q.Questions)}, nil
}

// questionnaire reads the one that a plan names, nil if there is none.
func (v *visit) questionnaire(ref string) (*instrument.Questionnaire, error) {
	name, at, _ := strings.Cut(ref, "@")
	version, err := strconv.Atoi(at)
	if err != nil || name == "" {
		return nil, nil
	}
	src, err := v.Store.Questionnaire(v.ctx, name, version)
	if err != nil {
		if survey.KindOf(err) == survey.NotFound {
			err = nil
		}
		return nil, err
	}
	q, bad := instrument.Parse(src.Name, []byte(src.Source))
	if len(bad) > 0 {
		return nil, bad[0]
	}
	return q, nil
}

func fillMoney(v *visit, p *dispatch.Plan, f fields) {
	if p.Spec.Budget > 0 {
		f["budget"] = templates.Number(string(v.lang()), p.Spec.Budget)
	}
	if p.Spec.Rate > 0 {
		f["rate"] = templates.Decimal(string(v.lang()), p.Spec.Rate, 2)
	}
}

const mostBudget = 100_000_000_000 // đồng

func readMoney(v *visit, p *dispatch.Plan, f fields) faults {
	wrong := faults{}
	budget, err := whole(v.lang(), f["budget"], [2]int{0, mostBudget}, 0)
	if err != nil {
		wrong["budget"] = err
	}
	p.Spec.Budget = int64(budget)
	p.Spec.Rate = 0
	if text := strings.TrimSpace(f["rate"]); text != "" {
		rate, ok := number(v.lang(), text)
		if !ok || rate < 0 || rate > 1000 {
			wrong["rate"] = wantsNumber(0, 1000)
		} else {
			p.Spec.Rate = math.Round(rate*100) / 100
		}
	}
	return wrong
}

func (v *visit) showMoney(w templates.Wizard, _ dispatch.Proposal) (templates.Screen, error) {
	return templates.WizardMoney{Wizard: w}, nil
}

// keptFor are the spans after which nobody can join answers to people, in days.
const mostCustody = 730
