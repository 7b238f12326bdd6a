package ingest

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/worker/channel"
)

// Store is what ingesting needs of the database.
type Store interface {
	Store(ctx context.Context, a view.Arrival) (view.Stored, error)
	ApplyInbox(ctx context.Context, inv survey.InvitationID, now time.Time,
		decide func(view.Case, view.InboxRow) (view.Change, error)) ([]view.Applied, error)
	ApplyStray(ctx context.Context, id survey.InboxID, now time.Time,
		decide func(view.InboxRow) (view.Change, error)) (view.Applied, error)
	Case(ctx context.Context, inv survey.InvitationID) (view.Case, error)
	WhoTexted(ctx context.Context, ours, phone string) (view.Texter, error)
	InvitationOfAttempt(ctx context.Context, id survey.AttemptID) (survey.InvitationID, error)
	InvitationOfNotice(ctx context.Context, id survey.NoticeID) (survey.InvitationID, error)
	SenderAt(ctx context.Context, ch survey.Channel, address string) (survey.SenderID, error)
	Senders(ctx context.Context) ([]survey.Sender, error)
}

// Ingest takes what arrives.
type Ingest struct {
	store Store
	queue queue.Enqueuer
	clock survey.Clock
	keys  *token.Keyring
	forms sync.Map // questionnaire hash → *instrument.Questionnaire; versions are immutable and few
}

// New returns an Ingest.
func New(store Store, q queue.Enqueuer, clock survey.Clock, keys *token.Keyring) *Ingest {
	return &Ingest{store: store, queue: q, clock: clock, keys: keys}
}

// stored is the payload of an inbox row: what arrived, and our side of it.
type stored struct {
	channel.Inbound
	SenderID survey.SenderID `json:"sender_id,omitempty"`
	// TextSenderID is who sends the link that a call promises; 0: nobody can.
	TextSenderID survey.SenderID `json:"text_sender_id,omitempty"`
	Form         *Form           `json:"form,omitempty"`
}

// Receive stores an inbound SMS or callback. When it returns nil the thing is
// safe and the provider may be told so; applying follows.
func (g *Ingest) Receive(ctx context.Context, in channel.Inbound) error {
	s := stored{Inbound: in}
	inv, err := g.whose(ctx, &s)
	if err != nil {
		return err
	}
	row, err := g.keep(ctx, inv, s)
	if err != nil || row.Applied {
		return err
	}
	t := queue.Task{Kind: queue.Ingest, ID: int64(inv), Generation: int(row.ID)}
	if inv == 0 {
		t = queue.Task{Kind: queue.IngestStray, ID: int64(row.ID)}
	}
	// The row is safe; if the hint is lost, the sweeper finds the row.
	_ = g.queue.Enqueue(ctx, t)
	return nil
}

// whose finds the case that an inbound thing belongs to, 0 for none.
func (g *Ingest) whose(ctx context.Context, s *stored) (survey.InvitationID, error) {
	if s.Kind == channel.InboundText {
		who, err := g.store.WhoTexted(ctx, s.To, s.From)
		s.SenderID = who.SenderID
		return who.InvitationID, err
	}
	ref := s.Ref
	if ref == "" && s.Status != nil {
		ref = s.Status.Ref
	}
	kind, id, ok := parseRef(ref)
	switch {
	case !ok:
		return 0, nil
	case kind == 'a':
		return g.store.InvitationOfAttempt(ctx, survey.AttemptID(id))
	default:
		return g.store.InvitationOfNotice(ctx, survey.NoticeID(id))
	}
}

// parseRef reads our own reference: a17 is attempt 17, n4 is notice 4.
func parseRef(ref string) (kind byte, id int64, ok bool) {
	if len(ref) < 2 || !strings.ContainsRune("an", rune(ref[0])) {
		return 0, 0, false
	}
	id, err := strconv.ParseInt(ref[1:], 10, 64)
	return ref[0], id, err == nil && id > 0
}

func (g *Ingest) keep(ctx context.Context, inv survey.InvitationID, s stored) (view.Stored, error) {
	payload, err := json.Marshal(s)
	if err != nil {
		return view.Stored{}, err
	}
	return g.store.Store(ctx, view.Arrival{Kind: string(s.Kind), Provider: s.Provider, ProviderID: s.ProviderID,
		ReceivedAt: g.clock.Real(), InvitationID: inv, Payload: payload})
}

// Handle applies what a task hints at.
func (g *Ingest) Handle(ctx context.Context, t queue.Task) error {
	if t.Kind == queue.IngestStray {
		done, err := g.store.ApplyStray(ctx, survey.InboxID(t.ID), g.clock.Now(), g.stray)
		if err != nil {
			return err
		}
		g.tell(ctx, done)
		return nil
	}
	return g.apply(ctx, survey.InvitationID(t.ID), nil)
}

// apply applies the unapplied rows of one person and tells the workers of the
// notices that follow. want, if given, receives what its own row decided,
// however many rows are before it; for others the next hint goes on.
func (g *Ingest) apply(ctx context.Context, inv survey.InvitationID, want *wanted) error {
	for {
		n, err := g.applySome(ctx, inv, want)
		if err != nil || n == 0 || want == nil || want.decided {
			return err
		}
	}
}

// applySome applies as many rows as go into one transaction, and counts them.
func (g *Ingest) applySome(ctx context.Context, inv survey.InvitationID, want *wanted) (int, error) {
	now := g.clock.Now()
	done, err := g.store.ApplyInbox(ctx, inv, now, func(c view.Case, r view.InboxRow) (view.Change, error) {
		q, err := g.Parsed(c.Questionnaire)
		if err != nil {
			return view.Change{}, err
		}
		d := decision{g: g, q: q, c: c, now: now}
		if want != nil && want.row == r.ID {
			*want = wanted{row: r.ID, decided: true} // once more from the start if the transaction is
			d.out = want
		}
		return d.decide(r)
	})
	if err != nil {
		return 0, err
	}
	g.tell(ctx, done...)
	return len(done), nil
}

// tell enqueues the notices that were written. They are committed: a lost hint
// is swept up, and must not make a page say that nothing was saved.
func (g *Ingest) tell(ctx context.Context, done ...view.Applied) {
	var tasks []queue.Task
	for _, d := range done {
		for _, n := range d.Notices {
			tasks = append(tasks, queue.Task{Kind: queue.SendNotice, ID: int64(n.ID), Generation: n.Generation})
		}
	}
	_ = g.queue.Enqueue(ctx, tasks...)
}

// Parsed returns a published questionnaire, parsed once for all.
func (g *Ingest) Parsed(src view.QuestionnaireSource) (*instrument.Questionnaire, error) {
	if q, ok := g.forms.Load(src.Hash); ok {
		return q.(*instrument.Questionnaire), nil
	}
	q, errs := instrument.Parse(src.Name, []byte(src.Source))
	if len(errs) > 0 {
		return nil, errs[0] // it was parsed when published; this build reads it otherwise
	}
	g.forms.Store(src.Hash, q)
	return q, nil
}
