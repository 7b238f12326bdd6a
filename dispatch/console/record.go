package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// linesOfPage is how many lines of the record one page has.
const linesOfPage = 50

// linesPerLook is how far the record is looked through while somebody waits: some 50 ms.
// The next look goes on from there.
const linesPerLook = 5000

// How long a record that was looked through to its end counts as looked through, new
// lines aside; one that is broken is looked at again sooner.
const (
	chainRound  = 6 * time.Hour
	chainBroken = time.Minute
)

// chained looks through the record, a stretch with every look.
type chained struct {
	mu    sync.Mutex
	chain *staff.Chain
	begun time.Time
	done  bool
	why   error // where it breaks
}

// look goes on through the record. Two who look at once take turns.
func (c *chained) look(ctx context.Context, store dispatch.RecordStore, now time.Time) (line templates.ChainLine, why, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	age := now.Sub(c.begun)
	if c.chain == nil || c.done && age > chainRound || c.why != nil && age > chainBroken {
		c.chain, c.begun, c.done, c.why = staff.NewChain(staff.Head{}), now, false, nil
	}
	if c.why == nil {
		done, err := dispatch.VerifyRecord(ctx, store, c.chain, linesPerLook)
		if survey.CodeOf(err) == survey.CodeAuditBroken {
			c.why = err
		} else if err != nil {
			return line, nil, err
		}
		c.done = done
	}
	line = templates.ChainLine{State: "part", Place: c.chain.Place, At: now, Anchor: c.chain.Head.String()}
	switch {
	case c.why != nil:
		line.State = "broken"
	case c.done:
		line.State = "holds"
	default:
		head, err := store.AuditHead(ctx)
		if err != nil {
			return line, nil, err
		}
		line.Of = head.Place
	}
	return line, c.why, nil
}

// audit shows the record of acts.
func (v *visit) audit() {
	q := v.r.URL.Query()
	page := templates.Audit{Shell: v.shell("people"), Tabs: adminTabs("audit"), Acts: staff.Acts()}
	var err error
	if page.Actors, err = v.Store.Actors(v.ctx); err != nil {
		v.fail(err)
		return
	}
	page.Actor, page.Act = known(q, "actor", page.Actors), known(q, "act", page.Acts)
	f := staff.ActFilter{Actor: page.Actor, Act: page.Act, Most: linesOfPage + 1}
	if f.From, page.From = v.dayAsked(q.Get("from"), 0); page.From == "" {
		q.Del("from")
	}
	if f.Until, page.Until = v.dayAsked(q.Get("until"), 1); page.Until == "" {
		q.Del("until")
	}
	f.Before, _ = strconv.ParseInt(q.Get("before"), 10, 64)
	acts, err := v.Store.Acts(v.ctx, f)
	if err != nil {
		v.fail(err)
		return
	}
	var why error
	if page.Chain, why, err = v.chained.look(v.ctx, v.Store, v.Clock.Real()); err != nil {
		v.fail(err)
		return
	}
	page.Chain.At = v.local(page.Chain.At)
	if why != nil {
		page.Chain.Why = v.words(why)
	}
	if len(acts) > linesOfPage {
		acts = acts[:linesOfPage]
		q.Set("before", strconv.FormatInt(acts[linesOfPage-1].Place, 10))
		page.Next = "/audit?" + q.Encode()
	}
	for _, a := range acts {
		page.Lines = append(page.Lines, v.actLine(a))
	}
	v.show(http.StatusOK, page)
}

// known is what an address asks for, if it is one of those to choose from.
func known(q url.Values, name string, of []string) string {
	if text := q.Get(name); slices.Contains(of, text) {
		return text
	}
	q.Del(name)
	return ""
}

func (v *visit) actLine(a staff.Act) templates.ActLine {
	out := templates.ActLine{Place: a.Place, At: v.local(a.At), Actor: a.Actor, Act: a.Act, Campaign: a.CampaignName, Contact: a.Contact,
		Import: a.Import, Reason: a.Reason, Detail: v.detailText(a.Act, a.Detail), Emptied: a.Emptied()}
	if !slices.Contains(staff.Acts(), out.Act) {
		out.Act = "setting"
	}
	return out
}

// dayAsked is midnight of the office before a day of a form, or after it; "" for what is
// no day.
func (v *visit) dayAsked(text string, plus int) (time.Time, string) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, ""
	}
	y, m, d := day.Date()
	return time.Date(y, m, d+plus, 0, 0, 0, 0, v.Zone), text
}
