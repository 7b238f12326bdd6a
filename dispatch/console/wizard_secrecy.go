package console

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

func fillSecrecy(_ *visit, p *dispatch.Plan, f fields) {
	f["level"], f["holder"] = string(p.Spec.Confidentiality), p.Spec.Custody.Holder
	f["until"] = "90"
	if d := p.Spec.Custody.Until.Duration(); d > 0 {
		f["until"] = strconv.Itoa(int(d.Hours() / 24))
	}
	var keep []string
	for _, k := range p.Spec.Keep {
		keep = append(keep, k.Field)
	}
	if p.Spec.Keep == nil {
		keep = p.Spec.Design.Strata
	}
	f["keep"] = strings.Join(keep, "\n")
}

func readSecrecy(v *visit, p *dispatch.Plan, f fields) faults {
	wrong := faults{}
	p.Spec.Confidentiality = survey.Confidentiality(f["level"])
	p.Spec.Custody = survey.Custody{}
	before := p.Spec.Keep
	if f["do"] == "apart" {
		before = nil
	}
	p.Spec.Keep = nil
	switch p.Spec.Confidentiality {
	case survey.Confidential:
		days, err := whole(v.lang(), f["until"], [2]int{1, mostCustody}, 0)
		if err != nil || days == 0 {
			wrong["until"] = wantsNumber(1, mostCustody)
		}
		p.Spec.Custody = survey.Custody{Holder: strings.TrimSpace(f["holder"]), Until: survey.Span(days) * survey.Span(24*3600*1e9)}
		if p.Spec.Custody.Holder == "" {
			wrong["holder"] = &survey.Error{Kind: survey.Invalid, Code: survey.CodeCustody}
		}
	case survey.Anonymous:
		p.Spec.Keep = []survey.Kept{}
		for _, field := range p.Spec.Design.Strata {
			if !templates.HasLine(f["keep"], field) {
				continue
			}
			kept := survey.Kept{Field: field}
			for _, k := range before { // joined levels stay as they are
				if k.Field == field {
					kept = k
				}
			}
			p.Spec.Keep = append(p.Spec.Keep, kept)
		}
		if err := v.joinLevels(p, f["do"]); err != nil {
			wrong["keep"] = err
		}
	}
	return wrong
}

// joinLevels takes the joining of levels that is proposed, if that is asked for. A plan
// is not saved whose launch would be refused, as far as it is known now.
func (v *visit) joinLevels(p *dispatch.Plan, do string) error {
	if do == "apart" || do == "look" {
		return nil
	}
	look, known, err := v.frameCounted(*p, "")
	if !known || err != nil {
		if do == "join" {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeStillCounting}
		}
		return nil
	}
	k := dispatch.LookAtKeep(*p, look.Strata)
	if do == "join" && k.Proposal != nil {
		p.Spec.Keep = k.Proposal
		return nil
	}
	if k.Small == 0 {
		return nil
	}
	return k.Refusal()
}

func (v *visit) showSecrecy(w templates.Wizard, p dispatch.Proposal) (templates.Screen, error) {
	page := templates.WizardSecrecy{Wizard: w, Levels: []string{string(survey.Identified), string(survey.Confidential), string(survey.Anonymous)}}
	for _, field := range p.Plan.Spec.Design.Strata {
		page.Strata = append(page.Strata, templates.FieldChoice{Field: field, Text: v.fieldWords(field)})
	}
	if p.Plan.Spec.Confidentiality == survey.Anonymous {
		page.Keep = v.keepLook(p.Plan)
	}
	return page, nil
}

// keepLook is what stands beside answers, if the sample is drawn as it is planned.
func (v *visit) keepLook(p dispatch.Plan) *templates.KeepLook {
	look, known, err := v.frameCounted(p, "")
	if !known {
		return &templates.KeepLook{Under: true}
	}
	if err != nil {
		return &templates.KeepLook{Wrong: v.words(err)}
	}
	if look.Refused != nil {
		return &templates.KeepLook{Wrong: v.words(look.Refused)}
	}
	k := dispatch.LookAtKeep(p, look.Strata)
	out := &templates.KeepLook{Least: k.Least, Small: k.Small, Enough: k.Enough, Unread: k.Unread}
	out.Groups, out.More = keptGroups(k.Groups, k.Least)
	out.Proposed, out.ProposedMore = keptGroups(k.Proposed, k.Least)
	out.Joins = v.joinsOf(p.Spec.Design.Strata, p.Spec.Keep, false)
	if k.Proposal != nil {
		out.May, out.Would = true, v.joinsOf(p.Spec.Design.Strata, k.Proposal, true)
	}
	return out
}

// groupsShown is how many groups are listed, the smallest first.
const groupsShown = 12

func keptGroups(groups []dispatch.KeptGroup, least int) (out []templates.KeptGroup, more int) {
	for _, g := range groups[:min(len(groups), groupsShown)] {
		out = append(out, templates.KeptGroup{Name: g.Name, N: g.People, Small: g.People < least})
	}
	return out, len(groups) - len(out)
}

// joinsOf are the levels that are joined, by field, and where it is asked for the fields
// that are left out.
func (v *visit) joinsOf(fields []string, keep []survey.Kept, dropped bool) []templates.KeptJoin {
	var out []templates.KeptJoin
	for _, field := range fields {
		i := slices.IndexFunc(keep, func(k survey.Kept) bool { return k.Field == field })
		if i < 0 {
			if dropped {
				out = append(out, templates.KeptJoin{Field: v.fieldWords(field), Dropped: true})
			}
			continue
		}
		for _, to := range slices.Sorted(maps.Keys(keep[i].Join)) {
			out = append(out, templates.KeptJoin{Field: v.fieldWords(field), To: to, From: keep[i].Join[to]})
		}
	}
	return out
}
