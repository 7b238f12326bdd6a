package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// planner decides on one case after another. It loads each campaign's protocol
// once per round.
type planner struct {
	now     time.Time
	senders []survey.Sender
	own     survey.OwnDays // by which the calendar of holidays differs
	loaded  map[survey.CampaignID]protocol.Loaded
}

// decide asks the protocol what to do with a case, and turns the answer into
// lines of the ledger.
func (p *planner) decide(c view.PlanCase) view.Plan {
	l, pc := p.lookAt(c)
	d := l.Next(pc, p.now)
	if d.Action == protocol.Wait && !p.now.Before(c.Campaign.EndsAt) {
		d = protocol.Decision{Action: protocol.Close, Reason: survey.ReasonEnded} // whatever it waits for, it is over
	}
	return p.plan(c, foresight{l, pc}, d)
}

// lookAt is a case as the protocol sees it, and its protocol.
func (p *planner) lookAt(c view.PlanCase) (protocol.Loaded, protocol.Case) {
	l, ok := p.loaded[c.Campaign.ID]
	if !ok {
		// A protocol that does not load contacts nobody, and says so.
		l, _ = protocol.Load(c.Campaign.Protocol)
		l = l.With(p.own)
		p.loaded[c.Campaign.ID] = l
	}
	pc := protocol.Case{
		Launched: c.Campaign.LaunchedAt, Ends: c.Campaign.EndsAt, State: c.Invitation.State,
		Partial: c.Invitation.State == survey.InvitationStarted,
		Refused: c.Facts.Refused, Zone: c.Zone, Hours: c.Hours,
		Attempts: c.Attempts, Others: c.Others, Reach: map[survey.Channel]protocol.Reach{},
	}
	for _, ch := range survey.Channels() {
		r := c.Reach[ch]
		pc.Reach[ch] = protocol.Reach{OK: r.Endpoint != 0, Reason: r.Reason}
	}
	for _, s := range c.Campaign.Protocol.Steps {
		if p.sender(c.Invitation.ContactID, s).ID == 0 { // the launch saw one; it was taken out of use since
			if pc.Barred == nil {
				pc.Barred = map[string]survey.Reason{}
			}
			pc.Barred[s.Name] = survey.ReasonConfig
		}
	}
	return l, pc
}

// foresight is a case with its protocol, from which is seen what may follow.
type foresight struct {
	protocol.Loaded
	protocol.Case
}

// soon is how long after a look the next one is at the earliest, of a case in which
// something is under way and the next contact could follow at once.
const soon = time.Minute

// next is when to look at a case again in which something is under way: nobody
// tells when it is sent, and nothing can follow earlier. What comes to another end
// than that is looked at there and then.
func (f foresight) next(now time.Time, more ...survey.Attempt) time.Time {
	f.Case.Attempts = append(slices.Clip(f.Case.Attempts), more...)
	at := f.Follows(f.Case, now)
	if earliest := now.Add(soon); at.Before(earliest) {
		return earliest
	}
	return at
}

// prompt reports whether something under way may still be sent promptly. What is
// sent later, or comes to another end, is a reason to look by itself: until then
// there is nothing to see.
func (f foresight) prompt(now time.Time) bool {
	return slices.ContainsFunc(f.Case.Attempts, func(a survey.Attempt) bool {
		return (a.State == survey.AttemptQueued || a.State == survey.AttemptSending || a.State == survey.AttemptUnknown) &&
			now.Sub(a.DueAt) <= survey.Prompt
	})
}

func (p *planner) plan(c view.PlanCase, f foresight, d protocol.Decision) view.Plan {
	switch d.Action {
	case protocol.Close:
		code, _ := disposition.Code(c.Facts, c.Campaign.Listed)
		return view.Plan{Close: code, Reason: d.Reason}
	case protocol.Contact:
		look := f.next(p.now, survey.Attempt{Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try, State: survey.AttemptQueued, DueAt: d.At})
		return view.Plan{Reason: d.Reason, LookAt: earlier(look, c.Campaign.EndsAt), Contact: &view.PlannedAttempt{
			Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try, Text: d.Text, DueAt: d.At,
			Sender: p.sender(c.Invitation.ContactID, d.Step).ID, Endpoint: c.Reach[d.Step.Channel].Endpoint}}
	}
	at := d.At
	if d.Reason == survey.ReasonInFlight && f.prompt(p.now) {
		at = f.next(p.now)
	}
	if at.IsZero() {
		at = c.Campaign.EndsAt
	}
	return view.Plan{LookAt: earlier(at, c.Campaign.EndsAt), Reason: d.Reason}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// sender picks our address for a step to a person: the one that the step names;
// without a name always the same one as long as the set of senders does not
// change. A conversation needs one that can receive. None that fits has ID 0.
func (p *planner) sender(who survey.ContactID, step survey.Step) survey.Sender {
	fits := func(s survey.Sender) bool {
		return s.Channel == step.Channel && (!step.Conversation || s.CanReceive) && (step.Sender == "" || strings.EqualFold(s.Address, step.Sender))
	}
	n := int64(0)
	for _, s := range p.senders {
		if fits(s) {
			n++
		}
	}
	nth := int64(who) % max(n, 1)
	for _, s := range p.senders {
		if fits(s) {
			if nth == 0 {
				return s
			}
			nth--
		}
	}
	return survey.Sender{}
}

// Bounds of one round of planning.
const (
	planBatch = 500                    // invitations that one transaction plans
	planLasts = 200 * time.Millisecond // real time after which the rest waits for the next tick
)

// planStore is what planning needs of the database.
type planStore interface {
	CalendarStore
	DueCampaigns(ctx context.Context, now time.Time) ([]survey.CampaignID, error)
	PlanDue(ctx context.Context, o view.PlanOrder, decide func(view.PlanCase) view.Plan) (int, error)
}

// planRound plans a batch of every campaign that has something due, and returns
// how many cases it looked at.
func planRound(ctx context.Context, store planStore, now time.Time, decide func(view.PlanCase) view.Plan) (int, error) {
	due, err := store.DueCampaigns(ctx, now)
	if err != nil {
		return 0, err
	}
	seen := 0
	for _, id := range due {
		n, err := store.PlanDue(ctx, view.PlanOrder{CampaignID: id, Now: now, Limit: planBatch}, decide)
		if err != nil {
			return seen, err
		}
		seen += n
	}
	return seen, nil
}

// planDue plans what is due, a batch of each campaign in turn, so that a big one
// does not hold up the plans of a small one. What is left when its time is over
// is planned by the next tick, which then follows at once.
func (s *Scheduler) planDue(ctx context.Context) error {
	senders, err := s.store.Senders(ctx)
	if err != nil {
		return err
	}
	own, err := s.store.OwnDays(ctx)
	if err != nil {
		return err
	}
	for begun := s.clock.Real(); ctx.Err() == nil; {
		p := planner{now: s.clock.Now(), senders: senders, own: own, loaded: map[survey.CampaignID]protocol.Loaded{}}
		seen, err := planRound(ctx, s.store, p.now, p.decide)
		if err != nil || seen == 0 { // nothing is due, or somebody else plans
			return err
		}
		if s.clock.Real().Sub(begun) >= planLasts {
			s.behind = true
			return nil
		}
	}
	return ctx.Err()
}
