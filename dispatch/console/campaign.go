package console

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

func (v *visit) campaign() {
	page, err := v.campaignScreen()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, page)
}

func (v *visit) campaignScreen() (templates.Campaign, error) {
	s, err := v.watched.standing(v.ctx, v.r.PathValue("name"))
	if err != nil {
		return templates.Campaign{}, err
	}
	if !v.sees(s.beforeName) {
		s.before, s.beforeName = view.FieldDays{}, ""
	}
	page := v.campaignOf(s, v.account.Role)
	page.Results = v.account.Role.May(staff.Answers)
	page.Shell = v.shell("campaigns")
	page.Title = v.title(s.Title, s.Name)
	if v.account.Role.May(staff.Conduct) {
		page.Moves = moves(s, page)
		page.Resend = s.State == survey.CampaignFielding || s.State == survey.CampaignPaused
	}
	return page, nil
}

// campaignOf is what a standing shows to a role.
func (c *console) campaignOf(s seen, role staff.Role) templates.Campaign {
	href := campaignPath(s.Name)
	b := behind{}
	if role.May(staff.Persons) {
		b.base = href + "/people"
	}
	out := templates.Campaign{Name: s.Name, Href: href, State: string(s.State), Purpose: string(s.Purpose), Level: string(s.Level),
		Counted: c.local(s.at), Launched: c.local(s.LaunchedAt), Ends: c.local(s.EndsAt), Rate: rate(s.Outcome.Total.Rates.RR1), Spent: s.Spent, Budget: s.Budget,
		Expected: expected(s), Finish: c.local(s.Finish)}
	out.All = stratumLine(s.Cells, func(view.CaseCell) bool { return true })
	out.All.Behind = b.all()
	out.Done, out.Begun, out.Refused = out.All.In("done"), out.All.In("begun"), out.All.In("refused")
	if len(s.Strata) > 1 { // the only one is the whole sample
		for i, st := range s.Strata {
			line := stratumLine(s.Cells, func(x view.CaseCell) bool { return x.Stratum == st.Name })
			line.Name, line.Behind = st.Name, b.stratum(i)
			out.Strata = append(out.Strata, line)
		}
	}
	out.Attempts, out.Channels = attempts(s.Attempts, b)
	out.Reasons = reasons(s.Attempts, b)
	out.Cross = cross(s, b)
	out.Notices, out.NoticeChannels, out.NoticesElsewhere = notices(s.Notices, b)
	for _, r := range s.Replicates {
		out.Replicates = append(out.Replicates, templates.ReplicateLine{Number: r.Number, State: string(r.State), Of: b.replicate(r)})
	}
	for _, x := range s.Senders {
		out.Senders = append(out.Senders, templates.SenderLine{Name: x.Address, Channel: string(x.Channel), State: string(x.State), Reason: string(x.Reason),
			Code: x.Code, Since: c.local(x.Since), Until: c.local(x.Until), Last: c.local(x.LastSent), Waiting: x.Waiting, Taken: x.Taken, DayCap: x.DayCap})
	}
	for _, w := range s.Waits {
		out.Waits = append(out.Waits, templates.WaitLine{Why: string(w.Why), Of: b.wait(w), Next: c.local(w.Next), Last: c.local(w.Last)})
	}
	out.Course = course(s, c.local(c.Clock.Now()))
	out.Needs, out.Counting = needs(s, href, b.base != ""), s.counting
	return out
}

// rate is a share that may be unknown; 0 then.
func rate(r *float64) float64 {
	if r == nil {
		return 0
	}
	return *r
}

// stratumLine counts the cases of some cells by their parts.
func stratumLine(cells []view.CaseCell, of func(view.CaseCell) bool) templates.StratumLine {
	var out templates.StratumLine
	for _, c := range cells {
		if !of(c) {
			continue
		}
		for part, n := range map[view.CasePart]*int{view.PartInvited: &out.Sample, view.PartDone: &out.Submitted, view.PartBegun: &out.Begun,
			view.PartWaits: &out.Waits, view.PartRefused: &out.Refused, view.PartOver: &out.Over} {
			if dispatch.InPart(c, part) {
				*n += c.N
			}
		}
	}
	out.Over += out.Refused
	return out
}

// attempts are the states of the ledger by channel.
func attempts(counts []view.AttemptCount, b behind) (lines []templates.AttemptLine, channels []string) {
	var have []survey.Channel
	for _, ch := range survey.Channels() {
		if slices.ContainsFunc(counts, func(a view.AttemptCount) bool { return a.Channel == ch }) {
			have, channels = append(have, ch), append(channels, string(ch))
		}
	}
	for _, state := range survey.AttemptMachine().States {
		line := templates.AttemptLine{State: string(state)}
		sum := 0
		for _, ch := range have {
			n := 0
			for _, a := range counts {
				if a.State == state && a.Channel == ch {
					n += a.N
				}
			}
			sum += n
			line.Cells = append(line.Cells, b.attempts(n, "channel", string(ch), "state", string(state)))
		}
		if line.Sum = b.attempts(sum, "state", string(state)); sum > 0 {
			lines = append(lines, line)
		}
	}
	return lines, channels
}

// reasons say why contacts did not arrive, did not leave, or were withdrawn; the most
// frequent first.
func reasons(counts []view.AttemptCount, b behind) []templates.ReasonLine {
	var out []templates.ReasonLine
	for _, state := range []survey.AttemptState{survey.AttemptUndelivered, survey.AttemptFailed, survey.AttemptCancelled} {
		by := map[survey.Reason]int{}
		for _, a := range counts {
			if a.State == state && a.Reason != "" {
				by[a.Reason] += a.N
			}
		}
		whys := slices.SortedFunc(maps.Keys(by), func(x, y survey.Reason) int { return cmp.Or(by[y]-by[x], strings.Compare(string(x), string(y))) })
		for _, why := range whys {
			out = append(out, templates.ReasonLine{State: string(state), Reason: string(why), Of: b.attempts(by[why], "state", string(state), "reason", string(why))})
		}
	}
	return out
}

// expected is what the campaign will have cost when what waits now has left, at the mean
// price of its channel so far; 0 where nothing waits or nobody can tell.
func expected(s seen) int64 {
	type price struct {
		cost           int64
		priced, queued int
	}
	by := map[survey.Channel]*price{}
	for _, a := range s.Attempts {
		p := by[a.Channel]
		if p == nil {
			p = &price{}
			by[a.Channel] = p
		}
		p.cost += a.Cost
		p.priced += a.Priced
		if a.State == survey.AttemptQueued {
			p.queued += a.N
		}
	}
	more := int64(0)
	for _, p := range by {
		if p.priced > 0 {
			more += p.cost * int64(p.queued) / int64(p.priced)
		}
	}
	if more == 0 {
		return 0
	}
	return s.Spent + more
}

// needs are what of a campaign only a person can settle, and where it is done. Who may
// not see people is not led there.
func needs(s seen, href string, people bool) []templates.Need {
	var out []templates.Need
	add := func(n int, key, where string, bad bool) {
		if !people {
			where = ""
		}
		if n > 0 {
			out = append(out, templates.Need{Count: n, Key: key, Href: where, Bad: bad})
		}
	}
	add(s.ForStaff, "doubts", href+"/doubts", true)
	add(s.Erasures, "erasures", href+"/people?of=arrivals&arrival=erasure", true)
	read, complaints := 0, 0
	for _, m := range s.Matters {
		if m.Kind == survey.MatterComplaint {
			complaints += m.N
		} else {
			read += m.N
		}
	}
	add(complaints, "complaints", inboxAddress("", string(survey.MatterComplaint), 0), true)
	add(read, "inbox", "/inbox", false)
	resting := 0
	for _, x := range s.Senders {
		if x.State != survey.HealthClosed {
			resting++
		}
	}
	add(resting, "senders", href+"#senders", false)
	add(s.Kept, "parked", href+"/people?of=arrivals&arrival=kept", false)
	if s.Budget > 0 && s.Spent >= s.Budget {
		add(1, "budget", href, false)
	}
	return out
}
