package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

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
	page := v.campaignOf(s)
	page.Shell = v.shell("campaigns")
	page.Title = v.title(s.Title, s.Name)
	if v.account.Role.May(staff.Conduct) {
		page.Moves = moves(s.State)
	}
	return page, nil
}

// moves are what can be done in a state by the console.
func moves(s survey.CampaignState) []string {
	switch s {
	case survey.CampaignFielding:
		return []string{"pause", "extend", "close"}
	case survey.CampaignPaused:
		return []string{"resume", "extend", "close"}
	}
	return nil
}

// campaignOf is what a standing shows.
func (c *console) campaignOf(s dispatch.Standing) templates.Campaign {
	out := templates.Campaign{Href: campaignPath(s.Name), State: string(s.State), Purpose: string(s.Purpose), Level: string(s.Level),
		Launched: c.local(s.LaunchedAt), Ends: c.local(s.EndsAt), Rate: rate(s.Outcome.Total.Rates.RR1), Spent: s.Spent, Budget: s.Budget, Finish: c.local(s.Finish)}
	for _, st := range s.Strata {
		line := templates.StratumLine{Name: st.Name, Sample: st.Sample - st.Held, Submitted: st.Submitted, Begun: st.Started, Waits: st.Open}
		line.Over = max(line.Sample-line.Submitted-line.Begun-line.Waits, 0)
		if len(s.Strata) > 1 { // the only one is the whole sample
			out.Strata = append(out.Strata, line)
		}
		out.All.Sample += line.Sample
		out.All.Submitted += line.Submitted
		out.All.Begun += line.Begun
		out.All.Waits += line.Waits
		out.All.Over += line.Over
	}
	for _, r := range s.Responses {
		if r.State == survey.ResponseSubmitted {
			out.Modes = append(out.Modes, templates.ModeLine{Mode: string(r.Mode), N: r.N})
		}
	}
	for d, n := range s.Closed {
		if strings.HasPrefix(string(d), "2.11") { // AAPOR: refusal and break-off
			out.Stopped += n
		}
	}
	out.Attempts, out.Channels = attempts(s.Attempts)
	for _, x := range s.Senders {
		out.Senders = append(out.Senders, templates.SenderLine{Name: x.Address, Channel: string(x.Channel), State: string(x.State), Reason: string(x.Reason)})
	}
	for _, w := range s.Waits {
		out.Waits = append(out.Waits, templates.WaitLine{Why: string(w.Why), N: w.N, Next: c.local(w.Next)})
	}
	out.Needs = needs(s.Status)
	return out
}

// rate is a share that may be unknown; 0 then.
func rate(r *float64) float64 {
	if r == nil {
		return 0
	}
	return *r
}

// attempts are the states of the ledger by channel.
func attempts(counts []view.AttemptCount) (lines []templates.AttemptLine, channels []string) {
	for _, ch := range survey.Channels() {
		if slices.ContainsFunc(counts, func(a view.AttemptCount) bool { return a.Channel == ch }) {
			channels = append(channels, string(ch))
		}
	}
	for _, state := range survey.AttemptMachine().States {
		line := templates.AttemptLine{State: string(state), N: make([]int, len(channels))}
		for _, a := range counts {
			if a.State == state {
				line.N[slices.Index(channels, string(a.Channel))] += a.N
				line.Sum += a.N
			}
		}
		if line.Sum > 0 {
			lines = append(lines, line)
		}
	}
	return lines, channels
}

// needs are what of a campaign only a person can settle.
func needs(s view.Status) []templates.Need {
	var out []templates.Need
	add := func(n int, key string, bad bool) {
		if n > 0 {
			out = append(out, templates.Need{Count: n, Key: key, Bad: bad})
		}
	}
	add(s.ForStaff, "doubts", true)
	add(s.Erasures, "erasures", true)
	read := 0
	for _, m := range s.Matters {
		read += m.N
	}
	add(read, "inbox", false)
	resting := 0
	for _, x := range s.Senders {
		if x.State != survey.HealthClosed {
			resting++
		}
	}
	add(resting, "senders", false)
	for _, a := range s.Arrivals {
		if a.State == view.ArrivalParked {
			add(a.N-s.Erasures-read, "parked", false)
		}
	}
	if s.Budget > 0 && s.Spent >= s.Budget {
		add(1, "budget", false)
	}
	return out
}

// move pauses, resumes, extends or closes a campaign, with a reason on record.
func (v *visit) move() {
	name, move := v.r.PathValue("name"), v.r.PathValue("move")
	o := dispatch.Order{Campaign: name, Actor: v.account.Login, Words: v.r.PostFormValue("words"), Now: v.Clock.Now()}
	var err error
	switch move {
	case "pause":
		err = dispatch.Pause(v.ctx, v.Store, o)
	case "resume":
		err = dispatch.Resume(v.ctx, v.Store, o)
	case "close":
		err = dispatch.Close(v.ctx, v.Store, o)
	case "extend":
		days, bad := strconv.Atoi(v.r.PostFormValue("days"))
		if bad != nil || days < 1 || days > 90 {
			err = &survey.Error{Kind: survey.Invalid, Code: survey.CodeRangeInvalid, Args: map[string]string{"name": "days", "value": v.r.PostFormValue("days"), "min": "1", "max": "90"}}
			break
		}
		_, err = dispatch.Extend(v.ctx, v.Store, dispatch.End{By: time.Duration(days) * 24 * time.Hour}, o)
	default:
		err = &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	if err == nil {
		v.watched.forget(name)
		v.tell(move)
		v.goTo(campaignPath(name))
		return
	}
	if kind := survey.KindOf(err); kind != survey.Invalid && kind != survey.Conflict {
		v.fail(err)
		return
	}
	page, bad := v.campaignScreen()
	if bad != nil {
		v.fail(bad)
		return
	}
	page.Wrong, page.Move, page.Words = v.words(err), move, o.Words
	v.show(http.StatusUnprocessableEntity, page)
}
