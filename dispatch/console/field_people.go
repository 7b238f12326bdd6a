package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// behind writes the addresses of the people behind numbers. They name codes and
// numbers, and no person. Without a base there are none.
type behind struct{ base string }

func (b behind) all() string {
	if b.base == "" {
		return ""
	}
	return b.base + "?of=cases"
}

// stratum is by its place in the standing: its name may be long, and is the office's.
func (b behind) stratum(i int) string {
	if b.base == "" {
		return ""
	}
	return b.all() + "&stratum=" + strconv.Itoa(i)
}

func (b behind) attempts(n int, pairs ...string) templates.Figure {
	q := url.Values{"of": {string(view.BehindAttempts)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return b.figure(n, q)
}

func (b behind) replicate(r view.ReplicateCount) templates.Figure {
	return b.figure(r.N, url.Values{"of": {string(view.BehindCases)}, "replicate": {strconv.Itoa(r.Number)}})
}

func (b behind) wait(w view.WaitCount) templates.Figure {
	return b.figure(w.N, url.Values{"of": {string(view.BehindAttempts)}, "waits": {string(w.Why)}})
}

func (b behind) figure(n int, q url.Values) templates.Figure {
	if b.base == "" {
		return templates.Figure{N: n}
	}
	return templates.Figure{N: n, Href: b.base + "?" + q.Encode()}
}

// behind lists the people behind a number of a campaign, a page at a time.
func (v *visit) behind() {
	s, err := v.watched.within(v.ctx, v.r.PathValue("name"), 0)
	if err != nil {
		v.fail(err)
		return
	}
	asked := v.r.URL.Query()
	q, err := behindQuery(asked, s)
	if err != nil {
		v.fail(err)
		return
	}
	q.Now = v.Clock.Now()
	found, err := dispatch.PeoplePage(v.ctx, v.Store, s.Name, q)
	if err != nil {
		v.fail(err)
		return
	}
	f := q.Filter
	page := templates.Behind{Shell: v.shell("campaigns"), Title: v.title(s.Title, s.Name), Href: campaignPath(s.Name), Of: string(f.Of), Part: string(q.Part),
		Case: text(f.Case), Disposition: text(f.Disposition), Channel: text(f.Channel), Step: text(f.Step), State: text(f.State), Reason: text(f.Reason),
		NoReason: f.Reason != nil && *f.Reason == "", Why: text(f.Why), Arrival: text(f.Arrival), Stratum: text(f.Stratum), Replicate: asked.Get("replicate"),
		Kept: string(s.Level), N: countOf(s, q), After: q.After > 0}
	for _, l := range found.Lines {
		page.Lines = append(page.Lines, templates.BehindLine{ID: int64(l.ContactID), Code: l.Contact, Name: string(l.Name), Unit: l.Unit, Case: string(l.Case),
			Disposition: string(l.Disposition), Stratum: l.Stratum, Channel: string(l.Channel), Step: l.Step, Try: l.Try, State: string(l.State),
			Reason: string(l.Reason), At: v.local(l.At)})
	}
	asked.Del("after")
	page.First = page.Href + "/people?" + asked.Encode()
	if found.More {
		asked.Set("after", strconv.FormatInt(int64(found.Last), 10))
		page.Next = page.Href + "/people?" + asked.Encode()
	}
	v.show(http.StatusOK, page)
}

// text is what is asked for; "" is nothing.
func text[T ~string](v *T) string {
	if v == nil {
		return ""
	}
	return string(*v)
}

// behindQuery reads what an address asks for. Whether there is such a thing is for the
// use case to say.
func behindQuery(from url.Values, s seen) (dispatch.BehindQuery, error) {
	f := view.PeopleFilter{Of: view.Behind(from.Get("of")), Case: asked[survey.InvitationState](from, "case"),
		Disposition: asked[survey.Disposition](from, "disposition"), Channel: asked[survey.Channel](from, "channel"), Step: asked[string](from, "step"),
		State: asked[survey.AttemptState](from, "state"), Reason: asked[survey.Reason](from, "reason"), Why: asked[survey.Reason](from, "waits"),
		Arrival: asked[view.ArrivalState](from, "arrival")}
	q := dispatch.BehindQuery{Part: view.CasePart(from.Get("part"))}
	if !slices.Contains([]view.Behind{view.BehindCases, view.BehindAttempts, view.BehindNotices, view.BehindArrivals}, f.Of) {
		if f.Of != "" {
			return q, noSuch("of", string(f.Of))
		}
		f.Of = view.BehindCases
	}
	if from.Has("stratum") {
		i, err := strconv.Atoi(from.Get("stratum"))
		if err != nil || i < 0 || i >= len(s.Strata) {
			return q, noSuch("stratum", from.Get("stratum"))
		}
		f.Stratum = &s.Strata[i].Name
	}
	if from.Has("replicate") {
		n, err := strconv.Atoi(from.Get("replicate"))
		if err != nil || n < 0 || n > 1<<20 {
			return q, noSuch("replicate", from.Get("replicate"))
		}
		f.Replicate = &n
	}
	if from.Has("after") {
		after, err := strconv.ParseInt(from.Get("after"), 10, 64)
		if err != nil || after < 0 {
			return q, noSuch("after", from.Get("after"))
		}
		q.After = survey.ContactID(after)
	}
	q.Filter = f
	return q, nil
}

func noSuch(name, value string) error {
	return &survey.Error{Kind: survey.NotFound, Code: survey.CodeUnknownFilter, Args: map[string]string{"name": name, "value": value}}
}

// asked is what an address says of a field; nil if nothing.
func asked[T ~string](from url.Values, name string) *T {
	if !from.Has(name) {
		return nil
	}
	v := T(from.Get(name))
	return &v
}

// countOf is the number that a list is behind, as the standing has it; -1 where the
// standing has no such number.
func countOf(s seen, q dispatch.BehindQuery) int {
	f := q.Filter
	n := 0
	switch {
	case f.Of == view.BehindCases && f.Replicate == nil:
		for _, c := range s.Cells {
			if (q.Part == "" || dispatch.InPart(c, q.Part)) && is(f.Stratum, c.Stratum) && is(f.Case, c.State) && is(f.Disposition, c.Disposition) {
				n += c.N
			}
		}
	case f.Of == view.BehindCases && q.Part == "" && f.Stratum == nil && f.Case == nil && f.Disposition == nil:
		for _, r := range s.Replicates {
			if r.Number == *f.Replicate {
				n += r.N
			}
		}
	case f.Of != view.BehindCases && f.Stratum != nil:
		return contactsBehind(s, q)
	case q.Part != "" || f.Stratum != nil || f.Replicate != nil || f.Case != nil || f.Disposition != nil:
		return -1
	case f.Of == view.BehindNotices:
		return noticesOf(s.Notices, f.Channel, f.State, f.Reason)
	case f.Of == view.BehindArrivals:
		return arrivalsOf(s, f.Arrival)
	case f.Why != nil && f.Channel == nil && f.Step == nil && f.State == nil && f.Reason == nil:
		for _, w := range s.Waits {
			if w.Why == *f.Why {
				n += w.N
			}
		}
	case f.Why == nil:
		for _, a := range s.Attempts {
			if is(f.Channel, a.Channel) && is(f.Step, a.Step) && is(f.State, a.State) && is(f.Reason, a.Reason) {
				n += a.N
			}
		}
	default:
		return -1
	}
	return n
}

// is reports whether a value is the one that is asked for.
func is[T comparable](want *T, got T) bool { return want == nil || *want == got }

func arrivalsOf(s seen, of *view.ArrivalState) int {
	n := 0
	switch {
	case of != nil && *of == view.ArrivalErasure:
		return s.Erasures
	case of != nil && *of == view.ArrivalKept:
		return s.Kept
	}
	for _, a := range s.Arrivals {
		if is(of, a.State) {
			n += a.N
		}
	}
	return n
}
