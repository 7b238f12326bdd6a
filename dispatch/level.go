package dispatch

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/disclosure"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// longestCustody is the longest that answers of a confidential campaign stay joined to
// people: a link that is kept for ever is no promise.
const longestCustody = survey.Span(2 * 366 * 24 * 3600 * 1e9)

// level notes what keeps the promise of the campaign's level from being true. Without a
// questionnaire its part is not looked at.
func (c *specCheck) level(k survey.Campaign, q *instrument.Questionnaire) {
	if k.Confidentiality != survey.Identified && k.Purpose == survey.PurposeDutyReport {
		c.fail("confidentiality", survey.CodeLevelPurpose, "given", string(k.Confidentiality))
	}
	if k.Confidentiality == survey.Confidential && (strings.TrimSpace(k.Custody.Holder) == "" || k.Custody.Until <= 0 || k.Custody.Until > longestCustody) {
		c.fail("custody", survey.CodeCustody)
	}
	if k.Confidentiality != survey.Confidential && k.Custody != (survey.Custody{}) {
		c.fail("custody", survey.CodeCampaignInvalid, "name", "custody", "problem", "confidentiality: confidential")
	}
	if k.Confidentiality != survey.Anonymous {
		if k.Keep != nil {
			c.fail("keep", survey.CodeCampaignInvalid, "name", "keep", "problem", "confidentiality: anonymous")
		}
		return
	}
	for _, s := range k.Protocol.Steps {
		if s.Channel == survey.Call || s.Conversation {
			c.fail("protocol", survey.CodeAnonymousWeb, "step", s.Name)
		}
	}
	for _, kept := range k.Keep {
		if !slices.Contains(k.Design.Strata, kept.Field) {
			c.fail("keep", survey.CodeKeepUnknown, "given", kept.Field, "expected", strings.Join(k.Design.Strata, ", "))
		}
	}
	if q == nil {
		return
	}
	for i := range q.Questions {
		if q.Questions[i].Type == instrument.Attachment {
			c.fail("questionnaire", survey.CodeAnonymousFiles, "question", q.Questions[i].Name)
		}
	}
}

// keepFor decides, for the sample of an anonymous campaign, under which stratum the
// answers of each will stand. It refuses a sample in which some would stand under one with
// fewer than five invited people, and proposes what to keep instead; with coarsen it takes
// that itself. Only the first replicate counts: others may never be released.
func keepFor(k survey.Campaign, coarsen bool) func([]survey.Draw) (map[string]string, []survey.Kept, error) {
	if k.Confidentiality != survey.Anonymous {
		return nil
	}
	return func(draws []survey.Draw) (map[string]string, []survey.Kept, error) {
		fields := k.Design.Strata
		var cells []disclosure.Cell
		for _, d := range draws {
			cell, ok := disclosure.CellOf(fields, d.Stratum, d.Size/max(k.Design.Replicates, 1))
			if !ok {
				return nil, nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeCampaignInvalid, Where: "design.strata",
					Args: map[string]string{"name": "design.strata", "problem": d.Stratum}}
			}
			cells = append(cells, cell)
		}
		keep := k.Keep
		groups := disclosure.Groups(fields, keep, cells)
		if small := disclosure.Small(groups); len(small) > 0 {
			proposed, ok := disclosure.Propose(fields, cells)
			if !ok || !coarsen {
				return nil, nil, tooSmall(groups, small, proposed, ok)
			}
			keep = proposed
		}
		labels := map[string]string{}
		for i, d := range draws {
			labels[d.Stratum] = disclosure.Name(fields, keep, cells[i])
		}
		return labels, keep, nil
	}
}

// tooSmall names the groups that are too small, and what would do.
func tooSmall(groups map[string]int, small []string, keep []survey.Kept, possible bool) error {
	const most = 8
	var list []string
	for _, name := range small[:min(len(small), most)] {
		shown := name
		if shown == "" {
			shown = "–"
		}
		list = append(list, shown+": "+strconv.Itoa(groups[name]))
	}
	if len(small) > most {
		list = append(list, "…")
	}
	e := &survey.Error{Kind: survey.Invalid, Code: survey.CodeGroupsSmall, Where: "keep",
		Args: map[string]string{"least": strconv.Itoa(disclosure.K), "groups": strings.Join(list, "; ")}}
	if possible {
		e.Args["proposal"] = KeepLine(keep)
	}
	return e
}

// KeepLine writes what to keep as a line of a campaign file.
func KeepLine(keep []survey.Kept) string {
	var parts []string
	for _, k := range keep {
		part := "field: " + strconv.Quote(k.Field)
		var joins []string
		for _, to := range slices.Sorted(maps.Keys(k.Join)) {
			var from []string
			for _, v := range k.Join[to] {
				from = append(from, strconv.Quote(v))
			}
			joins = append(joins, fmt.Sprintf("%s: [%s]", strconv.Quote(to), strings.Join(from, ", ")))
		}
		if len(joins) > 0 {
			part += ", join: {" + strings.Join(joins, ", ") + "}"
		}
		parts = append(parts, "{"+part+"}")
	}
	return "keep: [" + strings.Join(parts, ", ") + "]"
}
