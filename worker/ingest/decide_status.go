package ingest

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// status decides on a provider's word about a message of ours.
func (d *decision) status(s stored) view.Change {
	st := s.Status
	if st == nil || st.Event == "" {
		return view.Change{Outcome: outcomeIgnored}
	}
	kind, id, ok := parseRef(s.ref())
	if !ok {
		return view.Change{Outcome: outcomeParked, Reason: survey.ReasonInvalid}
	}
	if kind == 'n' {
		return view.Change{Notice: &view.NoticeOutcome{ID: survey.NoticeID(id), Event: st.Event, Reason: st.Reason,
			Code: st.Code, ProviderID: st.ProviderID}}
	}
	o := view.AttemptOutcome{ID: survey.AttemptID(id), Event: st.Event, Reason: st.Reason, Code: st.Code,
		ProviderID: st.ProviderID, DeadEndpoint: st.DeadEndpoint, OptedOut: st.OptedOut}
	ch := view.Change{Attempt: &o}
	ch.MessageLeft = d.judgeCall(&o)
	if st.OptedOut {
		ch.Suppress = []survey.Suppression{{ContactID: d.c.ContactID, Channel: survey.SMS,
			Scope: survey.SuppressAll, Source: "provider"}}
	}
	return ch
}

// judgeCall looks behind "completed": the line was answered, which is not yet a
// person. Nobody pressed a key: a machine, or silence. Keys were pressed and
// the end was not reached: the call broke off, and may be taken up again. It
// reports whether a machine, or silence, heard all that we had to say.
func (d *decision) judgeCall(o *view.AttemptOutcome) (messageLeft bool) {
	i := slices.IndexFunc(d.c.Attempts, func(a survey.Attempt) bool { return a.ID == o.ID })
	answered := o.Event == survey.AttemptDeliver || o.Reason == survey.ReasonMachine
	if i < 0 || d.c.Attempts[i].Channel != survey.Call || !answered || d.c.Invitation.State == survey.InvitationClosed {
		return false
	}
	t, _, open := conversation(d.c, survey.Voice, "")
	switch {
	case o.Event == survey.AttemptDeliver && d.ourSide(o.ProviderID):
		o.Event, o.Reason = survey.AttemptUndeliver, survey.ReasonOurSide
	case !open || !t.Pressed:
		o.Event, o.Reason = survey.AttemptUndeliver, survey.ReasonMachine
		return open && t.HangUp
	case o.Event == survey.AttemptDeliver && t.Stage != instrument.StageDone:
		o.Event, o.Reason = survey.AttemptUndeliver, survey.ReasonHungUp
	}
	return false
}

// ourSide reports whether a call that was answered came to nothing because of us:
// no step of it reached us, or one could not be answered. A call that asked for
// its first step after the end has heard so, and leaves no trace either.
func (d *decision) ourSide(callID string) bool {
	if _, ok := d.taking(); !ok || callID == "" {
		return false
	}
	for _, v := range d.c.Conversations {
		if v.Mode != survey.Voice {
			continue
		}
		switch t := talkOf(v); t.CallID {
		case callID:
			return t.Unheard == callID
		case "":
			return false // of a build that did not tell calls apart
		}
	}
	return true
}

// statusBatch is how many statuses one transaction applies.
const statusBatch = 200

// statuses applies what providers said of our messages, many at once. What takes
// a person's case is applied person by person, by tasks of their own.
func (g *Ingest) statuses(ctx context.Context) error {
	o := view.StatusOrder{Limit: statusBatch, After: g.passed.from(g.clock.Real())}
	for ctx.Err() == nil {
		o.Now = g.clock.Now()
		done, err := g.store.ApplyStatuses(ctx, o, plain)
		if err != nil || done.Last == 0 {
			return err
		}
		var tasks []queue.Task
		// Named by their row: as long as one waits for its turn, it is not there twice,
		// however often its statuses are passed over meanwhile.
		for _, l := range done.Left {
			tasks = append(tasks, queue.Task{Kind: queue.Ingest, ID: int64(l.Invitation), Generation: int(l.Row)})
		}
		if err := g.queue.Enqueue(ctx, tasks...); err != nil {
			return err
		}
		o.After = done.Last
		g.passed.to(done.Last)
	}
	return ctx.Err()
}

// passed is how far this process has looked at statuses. What was left behind waits for
// tasks of its own, so that it is looked at again once a lookAll and not each time that
// another status comes.
type passed struct {
	mu    sync.Mutex
	row   survey.InboxID
	since time.Time // real time of the last look from the beginning
}

// lookAll is how often statuses are looked at from the first on, in real time: also
// those whose transaction took longer than that of a later one.
const lookAll = 2 * time.Second

// from is the row to go on behind.
func (p *passed) from(now time.Time) survey.InboxID {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.since) >= lookAll || now.Before(p.since) {
		p.row, p.since = 0, now
	}
	return p.row
}

// to notes that everything up to a row was looked at.
func (p *passed) to(row survey.InboxID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.row = max(p.row, row)
}

// plain decides on a status that speaks of one message and of nothing else; false
// if more has to be looked at: a call that was answered, or an opt-out.
func plain(r view.InboxRow) (view.Change, bool) {
	var s stored
	if err := json.Unmarshal(r.Payload, &s); err != nil || s.Kind != channel.InboundStatus || s.Status == nil {
		return view.Change{}, false
	}
	st := s.Status
	kind, id, ok := parseRef(s.ref())
	if !ok || st.OptedOut || st.Reason == survey.ReasonMachine { // what the case itself must hear
		return view.Change{}, false
	}
	ch := view.Change{Outcome: outcomeApplied}
	switch {
	case st.Event == "":
		ch.Outcome = outcomeIgnored
	case kind == 'n':
		ch.Notice = &view.NoticeOutcome{ID: survey.NoticeID(id), Event: st.Event, Reason: st.Reason, Code: st.Code, ProviderID: st.ProviderID}
	default:
		ch.Attempt = &view.AttemptOutcome{ID: survey.AttemptID(id), Event: st.Event, Reason: st.Reason, Code: st.Code,
			ProviderID: st.ProviderID, DeadEndpoint: st.DeadEndpoint}
	}
	return ch, true
}
