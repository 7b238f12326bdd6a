package ingest

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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
	SavePage(ctx context.Context, s view.PageSave) (string, error)
	ApplySealed(ctx context.Context, o view.SealedOrder, decide func(view.Case) (view.Change, error)) error
	WhoTexted(ctx context.Context, ours, phone string) (view.Texter, error)
	ApplyStatuses(ctx context.Context, o view.StatusOrder, decide func(view.InboxRow) (view.Change, bool)) (view.StatusesApplied, error)
	SenderAt(ctx context.Context, ch survey.Channel, address string) (survey.SenderID, error)
	Senders(ctx context.Context) ([]survey.Sender, error)
}

// Ingest takes what arrives.
type Ingest struct {
	store Store
	queue queue.Enqueuer
	clock survey.Clock
	keys  *token.Keyring
	mails mails
	// hinted is the slot of the last hint at statuses.
	hinted atomic.Int64
	passed passed
	// aside is where arrivals go that the database cannot take; nil: nowhere.
	aside *aside
	zones survey.Zones
	// Glance is how long a text of ours must have been out, by both clocks, before a reply
	// can be an answer to it: until then it was just being read. Set before use; 0 where
	// whoever answers needs no time.
	Glance time.Duration
	forms  sync.Map // questionnaire hash → *instrument.Questionnaire; versions are immutable and few
}

// New returns an Ingest.
func New(store Store, q queue.Enqueuer, clock survey.Clock, keys *token.Keyring) *Ingest {
	return &Ingest{store: store, queue: q, clock: clock, keys: keys}
}

// stored is the payload of an inbox row: what arrived, and our side of it.
type stored struct {
	channel.Inbound
	SenderID survey.SenderID `json:"sender_id,omitempty"`
	// ContactID is whose number a text came from that belongs to no case.
	ContactID survey.ContactID `json:"contact_id,omitempty"`
	// Switch says that a text asks for the conversation that is held.
	Switch bool        `json:"switch,omitempty"`
	Again  *view.Again `json:"again,omitempty"`
	// TextSenderID is who sends the link that a call promises; 0: nobody can.
	TextSenderID survey.SenderID `json:"text_sender_id,omitempty"`
	Form         *Form           `json:"form,omitempty"`
}

// receive stores an inbound SMS or callback.
func (g *Ingest) receive(ctx context.Context, in channel.Inbound) error {
	s := stored{Inbound: in}
	owner, err := g.owner(ctx, &s)
	if err != nil {
		return err
	}
	row, err := g.keep(ctx, owner, s)
	if err != nil || row.Applied {
		return err
	}
	// The row is safe; if the hint is lost, the sweeper finds the row.
	g.hint(ctx, s.Kind, row)
	return nil
}

// statusSlot is how long one hint stands for all statuses that come, in real
// time: they are applied many at once.
const statusSlot = 100 * time.Millisecond

// hint tells the workers of a stored row.
func (g *Ingest) hint(ctx context.Context, kind channel.InboundKind, row view.Stored) {
	t := queue.Task{Kind: queue.Ingest, ID: int64(row.InvitationID), Generation: int(row.ID)}
	switch {
	case row.InvitationID == 0:
		t = queue.Task{Kind: queue.IngestStray, ID: int64(row.ID)}
	case kind == channel.InboundStatus:
		slot := g.clock.Real().UnixNano() / int64(statusSlot)
		if g.hinted.Swap(slot) == slot {
			return
		}
		t = queue.Task{Kind: queue.IngestStatuses, Generation: int(slot)}
	}
	_ = g.queue.Enqueue(ctx, t)
}

// owner is whose an inbound thing is, as far as can be said without looking: the
// case, or a message of ours that belongs to one.
type owner struct {
	invitation survey.InvitationID
	attempt    survey.AttemptID
	notice     survey.NoticeID
	about      string // the provider's id of a message, of a status that names none of ours
}

func (g *Ingest) owner(ctx context.Context, s *stored) (owner, error) {
	if s.Kind == channel.InboundText {
		who, err := g.store.WhoTexted(ctx, s.To, s.From)
		s.SenderID = who.SenderID
		if who.InvitationID == 0 {
			s.ContactID = who.ContactID
		}
		if who.HeldID != 0 && instrument.AsksToSwitch(s.Text) {
			who.InvitationID, s.Switch = who.HeldID, true
		}
		return owner{invitation: who.InvitationID}, err
	}
	kind, id, ok := parseRef(s.ref())
	switch {
	case ok && kind == 'a':
		return owner{attempt: survey.AttemptID(id)}, nil
	case ok:
		return owner{notice: survey.NoticeID(id)}, nil
	case s.Status != nil:
		return owner{about: s.Status.ProviderID}, nil
	}
	return owner{}, nil
}

// ref is our own reference, wherever it stands.
func (s *stored) ref() string {
	if s.Ref == "" && s.Status != nil {
		return s.Status.Ref
	}
	return s.Ref
}

// parseRef reads our own reference: a17 is attempt 17, n4 is notice 4.
func parseRef(ref string) (kind byte, id int64, ok bool) {
	if len(ref) < 2 || !strings.ContainsRune("an", rune(ref[0])) {
		return 0, 0, false
	}
	id, err := strconv.ParseInt(ref[1:], 10, 64)
	return ref[0], id, err == nil && id > 0
}

func (g *Ingest) keep(ctx context.Context, o owner, s stored) (view.Stored, error) {
	a, err := arrival(o, s, g.clock.Real())
	if err != nil {
		return view.Stored{}, err
	}
	return g.store.Store(ctx, a)
}

// arrival is what is stored of a thing that was received at the real time at.
func arrival(o owner, s stored, at time.Time) (view.Arrival, error) {
	s.storable()
	payload, err := json.Marshal(s)
	return view.Arrival{Kind: string(s.Kind), Provider: s.Provider, ProviderID: s.ProviderID, ReceivedAt: at,
		InvitationID: o.invitation, AttemptID: o.attempt, NoticeID: o.notice, About: o.about, Payload: payload, Loose: orderless(s.Inbound)}, err
}

// storable takes out of what somebody wrote the one character that the database
// has no room for: else it could never be stored, however often it came.
func (s *stored) storable() {
	clean := func(text string) string { return strings.ReplaceAll(text, "\x00", "\uFFFD") }
	s.Text, s.From, s.To, s.Envelope = clean(s.Text), clean(s.From), clean(s.To), clean(s.Envelope)
	if s.Form == nil {
		return
	}
	f := *s.Form
	f.Fields = map[string]Field{}
	for name, field := range s.Form.Fields {
		kept := Field{Other: clean(field.Other)}
		for _, v := range field.Values {
			kept.Values = append(kept.Values, clean(v))
		}
		f.Fields[clean(name)] = kept
	}
	s.Form = &f
}

// Handle applies what a task hints at.
func (g *Ingest) Handle(ctx context.Context, t queue.Task) error {
	if t.Kind == queue.IngestStatuses {
		return g.statuses(ctx)
	}
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
		q, err := g.asked(c)
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
	if g.queue == nil { // a command, which has none: it is swept up
		return
	}
	var tasks []queue.Task
	for _, d := range done {
		for _, n := range d.Notices {
			tasks = append(tasks, queue.Task{Kind: queue.SendNotice, ID: int64(n.ID), Generation: n.Generation})
		}
	}
	_ = g.queue.Enqueue(ctx, tasks...)
}

// asked is the questionnaire of a case in the order in which its person is asked.
func (g *Ingest) asked(c view.Case) (*instrument.Questionnaire, error) {
	q, err := g.Parsed(c.Questionnaire)
	if err != nil {
		return nil, err
	}
	return q.For(c.Invitation.ID.Seed()), nil
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
