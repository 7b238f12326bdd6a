package console

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// mostFielding is how many campaigns Home looks at in full.
const mostFielding = 30

func (v *visit) home() {
	all, err := v.Store.Campaigns(v.ctx)
	if err != nil {
		v.fail(err)
		return
	}
	page := templates.Home{Shell: v.shell("home"), Conduct: v.account.Role.May(staff.Conduct)}
	slices.Reverse(all)
	patience := v.Patience
	for _, k := range all {
		if !v.sees(k.Name) {
			continue
		}
		title, href := v.title(k.Title, k.Name), campaignPath(k.Name)
		if k.State != survey.CampaignFielding && k.State != survey.CampaignPaused || len(page.Fields) == mostFielding {
			page.Rest = append(page.Rest, templates.Listed{Title: title, Href: href, State: string(k.State), At: v.local(k.EndsAt)})
			continue
		}
		s, err := v.watched.within(v.ctx, k.Name, patience)
		if err != nil {
			v.fail(err)
			return
		}
		if s.counting { // the others of this screen are not waited for
			patience = 1
		}
		line := v.campaignOf(s, v.account.Role)
		page.Fields = append(page.Fields, templates.Fielding{Title: title, Href: href, State: string(s.State), Line: line.All, Rate: line.Rate, Counting: s.counting,
			Ends: line.Ends, Left: max(int(line.Ends.Sub(page.Now).Hours()/24), 0)})
		for _, n := range line.Needs {
			if n.Where = title; n.Href == "" {
				n.Href = href
			}
			page.Needs = append(page.Needs, n)
		}
	}
	if err := v.proposedTo(&page); err != nil {
		v.fail(err)
		return
	}
	slices.SortStableFunc(page.Needs, func(a, b templates.Need) int { return bad(b) - bad(a) })
	for _, n := range page.Needs {
		page.Nav[0].Count += n.Count
		page.Nav[0].Due = true
	}
	v.show(http.StatusOK, page)
}

func bad(n templates.Need) int {
	if n.Bad {
		return 1
	}
	return 0
}

func campaignPath(name string) string { return "/campaigns/" + url.PathEscape(name) }

// title is that of a campaign in the visitor's language; its name where it has none.
func (v *visit) title(of map[survey.Lang]string, name string) string {
	for _, t := range []string{of[v.lang()], of[survey.Vietnamese]} {
		if t != "" {
			return t
		}
	}
	return name
}

// local is a time on the office's wall clock; zero stays zero.
func (c *console) local(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(c.Zone)
}
