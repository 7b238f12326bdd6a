package console

import (
	"net/url"
	"slices"
	"strconv"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// cross are the contacts of every stratum by channel, and its responses by mode; nothing
// where there is one stratum, which is the whole.
func cross(s seen, b behind) templates.Cross {
	var out templates.Cross
	if len(s.Strata) < 2 || len(s.strata.Contacts) == 0 {
		return out
	}
	var channels []survey.Channel
	for _, ch := range survey.Channels() {
		if slices.ContainsFunc(s.strata.Contacts, func(c view.StratumContacts) bool { return c.Channel == ch }) {
			channels, out.Channels = append(channels, ch), append(out.Channels, string(ch))
		}
	}
	var modes []survey.Mode
	for _, m := range survey.Modes() {
		if slices.ContainsFunc(s.strata.Responses, func(r view.StratumResponses) bool { return r.Mode == m }) {
			modes, out.Modes = append(modes, m), append(out.Modes, string(m))
		}
	}
	for i, st := range s.Strata {
		row := templates.CrossRow{Name: st.Name}
		for _, ch := range channels {
			n, delivered := contactsOf(s, st.Name, ch)
			row.Cells = append(row.Cells, templates.CrossCell{Of: b.contacts(n, i, ch, ""), Delivered: b.contacts(delivered, i, ch, survey.AttemptDelivered)})
		}
		for _, m := range modes {
			n := 0
			for _, r := range s.strata.Responses {
				if r.Stratum == st.Name && r.Mode == m {
					n += r.N
				}
			}
			row.Responses = append(row.Responses, n)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func contactsOf(s seen, stratum string, ch survey.Channel) (n, delivered int) {
	for _, c := range s.strata.Contacts {
		if c.Stratum == stratum && c.Channel == ch {
			n, delivered = n+c.N, delivered+c.Delivered
		}
	}
	return n, delivered
}

// contacts are those of a stratum, by its place in the standing, by a channel.
func (b behind) contacts(n, stratum int, ch survey.Channel, state survey.AttemptState) templates.Figure {
	pairs := []string{"stratum", strconv.Itoa(stratum), "channel", string(ch)}
	if state != "" {
		pairs = append(pairs, "state", string(state))
	}
	return b.attempts(n, pairs...)
}

// contactsBehind is the number of the contacts that a list by stratum has, where the page
// shows one; else -1.
func contactsBehind(s seen, q dispatch.BehindQuery) int {
	f := q.Filter
	if f.Of != view.BehindAttempts || f.Channel == nil || q.Part != "" || f.Replicate != nil || f.Case != nil || f.Disposition != nil ||
		f.Step != nil || f.Reason != nil || f.Why != nil {
		return -1
	}
	n, delivered := contactsOf(s, *f.Stratum, *f.Channel)
	switch {
	case f.State == nil:
		return n
	case *f.State == survey.AttemptDelivered:
		return delivered
	}
	return -1
}

// notices are our answers to what people wrote or pressed, by state and channel, with the
// people behind; elsewhere is how many went to whoever has no case here.
func notices(counts []view.NoticeCount, b behind) (lines []templates.AttemptLine, channels []string, elsewhere int) {
	var have []survey.Channel
	for _, ch := range survey.Channels() {
		if slices.ContainsFunc(counts, func(c view.NoticeCount) bool { return c.Channel == ch && c.Known > 0 }) {
			have, channels = append(have, ch), append(channels, string(ch))
		}
	}
	for _, c := range counts {
		elsewhere += c.N - c.Known
	}
	for _, state := range survey.AttemptMachine().States {
		line, sum := templates.AttemptLine{State: string(state)}, 0
		for _, ch := range have {
			n := noticesOf(counts, &ch, &state, nil)
			sum += n
			line.Cells = append(line.Cells, b.notices(n, "channel", string(ch), "state", string(state)))
		}
		if line.Sum = b.notices(sum, "state", string(state)); sum > 0 {
			lines = append(lines, line)
		}
	}
	return lines, channels, elsewhere
}

func noticesOf(counts []view.NoticeCount, ch *survey.Channel, state *survey.AttemptState, reason *survey.Reason) int {
	n := 0
	for _, c := range counts {
		if is(ch, c.Channel) && is(state, c.State) && is(reason, c.Reason) {
			n += c.Known
		}
	}
	return n
}

func (b behind) notices(n int, pairs ...string) templates.Figure {
	q := url.Values{"of": {string(view.BehindNotices)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return b.figure(n, q)
}
