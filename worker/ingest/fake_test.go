package ingest

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

const (
	ourNumber = "+84900000001"
	herPhone  = "+84912345678"
	textLine  = survey.SenderID(2)
	callLine  = survey.SenderID(3)
	herCase   = survey.InvitationID(7)
	herCall   = survey.AttemptID(17)
	herText   = survey.AttemptID(16)
)

// noon is the moment of every test, by both clocks.
func noon() time.Time { return time.Date(2026, 12, 15, 12, 0, 0, 0, time.UTC) }

// memory is a Store with one person's case, which follows what
// dispatch/postgres does with a Change as far as ingest can see it.
type memory struct {
	mu      sync.Mutex
	c       view.Case
	rows    []*memoryRow
	changes []view.Change
	notices []view.NewNotice
	barred  []survey.Suppression
	closed  []view.Conversation
	stray   bool // nobody has herPhone
	carried view.Assigned
	held    survey.InvitationID
	most    int // rows in one transaction; 0: all
	away    error
}

type memoryRow struct {
	view.InboxRow
	key     string
	inv     survey.InvitationID
	applied bool
}

// newMemory has a case in the field: a questionnaire of the repository, nothing
// answered, one text and one call sent.
func newMemory(t testing.TB, questionnaire string) *memory {
	t.Helper()
	src := []byte(questionnaire)
	if !strings.Contains(questionnaire, "\n") { // the name of one that ships
		var err error
		if src, err = os.ReadFile("../../templates/questionnaire/" + questionnaire + ".yaml"); err != nil {
			t.Fatal(err)
		}
	}
	return &memory{c: view.Case{
		Invitation: survey.Invitation{ID: herCase, CampaignID: 1, ContactID: 5, State: survey.InvitationOpen,
			Language: survey.Vietnamese, Weight: 1, Inclusion: 1, TokenVersion: 1},
		Campaign: &survey.Campaign{ID: 1, State: survey.CampaignFielding, EndsAt: noon().Add(72 * time.Hour),
			Listed: survey.EligibilityAssumed},
		Questionnaire: view.QuestionnaireSource{Name: questionnaire, Hash: questionnaire, Source: string(src)},
		ContactID:     5, Name: "Nguyễn Văn Huy", Answers: survey.Answers{},
		Attempts: []survey.Attempt{{ID: herText, Channel: survey.SMS, State: survey.AttemptSent},
			{ID: herCall, Channel: survey.Call, State: survey.AttemptSent}},
	}}
}

// talking opens an SMS conversation, as the claim of a conversation step does.
func (m *memory) talking() *memory {
	m.c.Conversations = []view.Conversation{{ID: 1, Mode: survey.TextMode, SenderID: textLine, Phone: herPhone,
		State: encode(instrument.State{Lang: survey.Vietnamese})}}
	return m
}

func (m *memory) Store(_ context.Context, a view.Arrival) (view.Stored, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away != nil {
		return view.Stored{}, m.away
	}
	key := a.Provider + "/" + a.ProviderID
	for _, r := range m.rows {
		if r.key == key {
			return view.Stored{ID: r.ID, Applied: r.applied, InvitationID: r.inv}, nil
		}
	}
	switch {
	case a.AttemptID == herCall, a.AttemptID == herText, a.NoticeID == 4:
		a.InvitationID = herCase
	}
	r := &memoryRow{key: key, inv: a.InvitationID, InboxRow: view.InboxRow{ID: survey.InboxID(len(m.rows) + 1),
		Kind: a.Kind, ReceivedAt: a.ReceivedAt, Payload: a.Payload}}
	m.rows = append(m.rows, r)
	return view.Stored{ID: r.ID, Fresh: true, InvitationID: r.inv}, nil
}

func (m *memory) ApplyInbox(_ context.Context, inv survey.InvitationID, _ time.Time,
	decide func(view.Case, view.InboxRow) (view.Change, error)) ([]view.Applied, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []view.Applied
	for _, r := range m.rows {
		if r.inv != inv || r.applied || (m.most > 0 && len(out) == m.most) {
			continue
		}
		ch, err := decide(m.c, r.InboxRow)
		if err != nil {
			return nil, err
		}
		r.applied = true
		m.write(ch)
		out = append(out, view.Applied{InboxID: r.ID, Change: ch, Notices: make([]view.OpenNotice, len(ch.Notices))})
	}
	return out, nil
}

// SavePage leaves everything to the longer way.
func (m *memory) SavePage(context.Context, view.PageSave) (string, error) { return "", nil }

// ApplySealed is not used here: anonymous forms are tested on a real database.
func (m *memory) ApplySealed(context.Context, view.SealedOrder, func(view.Case) (view.Change, error)) error {
	return errors.ErrUnsupported
}

func (m *memory) ApplyStray(_ context.Context, id survey.InboxID, _ time.Time,
	decide func(view.InboxRow) (view.Change, error)) (view.Applied, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[id-1]
	ch, err := decide(r.InboxRow)
	if err != nil {
		return view.Applied{}, err
	}
	r.applied = true
	m.changes, m.notices, m.barred = append(m.changes, ch), append(m.notices, ch.Notices...), append(m.barred, ch.Suppress...)
	return view.Applied{InboxID: id, Change: ch}, nil
}

// write does to the case what the transaction does, in its order.
func (m *memory) write(ch view.Change) {
	m.changes, m.notices = append(m.changes, ch), append(m.notices, ch.Notices...)
	c := &m.c
	c.Answers = maps.Clone(c.Answers)
	for _, name := range ch.Drop {
		delete(c.Answers, name)
	}
	for _, it := range ch.Items {
		c.Answers[it.Question] = it.Answer
	}
	if len(ch.Items) > 0 || ch.Submit {
		c.ResponseID, c.ResponseState = "r", survey.ResponseStarted
		if c.Invitation.State == survey.InvitationOpen {
			c.Invitation.State = survey.InvitationStarted
		}
	}
	if ch.Submit {
		c.ResponseState, c.Facts.Submitted, c.SubmittedAt, c.SubmittedByMode = survey.ResponseSubmitted, true, noon(), ch.Mode
	}
	if ch.Void {
		c.ResponseState, c.Answers = survey.ResponseVoided, survey.Answers{}
	}
	if ch.Language != "" {
		c.Invitation.Language = ch.Language
	}
	if p := ch.Progress; p != nil {
		c.Facts.Applicable, c.Facts.Answered, c.Facts.KeyAnswered = p.Applicable, p.Answered, p.Keys
	}
	c.Facts.Human, c.Facts.Late = c.Facts.Human || ch.Human, c.Facts.Late || ch.Late
	c.Facts.MessageLeft = c.Facts.MessageLeft || ch.MessageLeft
	c.Facts.Refused = c.Facts.Refused || ch.Refusal == "person"
	m.attempt(ch.Attempt)
	if ch.NotTheirs != "" {
		c.Facts.WrongPerson = true
		c.Endpoints = slices.Clone(c.Endpoints)
		for i := range c.Endpoints {
			if c.Endpoints[i].Address == string(ch.NotTheirs) {
				c.Endpoints[i].Status = survey.EndpointDead
			}
		}
	}
	if ch.Close != "" {
		c.Invitation.State, c.Invitation.Disposition = survey.InvitationClosed, ch.Close
		m.closed, c.Conversations = append(m.closed, c.Conversations...), nil
	}
	m.bar(ch)
	m.converse(ch.Conversation)
}

// attempt records what became of an attempt.
func (m *memory) attempt(o *view.AttemptOutcome) {
	if o == nil {
		return
	}
	m.c.Attempts = slices.Clone(m.c.Attempts)
	for i := range m.c.Attempts {
		a := &m.c.Attempts[i]
		if to, err := survey.AttemptMachine().Next(a.State, o.Event); a.ID == o.ID && err == nil {
			a.State, a.Reason = to, o.Reason
		}
	}
	m.c.Facts = m.c.Facts.WithAttempts(m.c.Attempts...)
}

func (m *memory) bar(ch view.Change) {
	m.barred = append(m.barred, ch.Suppress...)
	for _, s := range ch.Suppress {
		if s.ContactID != 0 && !slices.Contains(m.c.Suppressed, s.Channel) {
			m.c.Suppressed = append(m.c.Suppressed, s.Channel)
		}
	}
	if ch.Lift {
		m.c.Suppressed = nil
	}
}

func (m *memory) converse(cc *view.ConversationChange) {
	if cc == nil {
		return
	}
	m.c.Conversations = slices.DeleteFunc(slices.Clone(m.c.Conversations), func(v view.Conversation) bool {
		return v.Mode == cc.Mode && v.SenderID == cc.SenderID && v.Phone == cc.Phone
	})
	v := view.Conversation{Mode: cc.Mode, SenderID: cc.SenderID, Phone: cc.Phone, State: cc.State, Nudged: cc.Nudged, SpokenAt: noon()}
	if cc.Close {
		m.closed = append(m.closed, v)
		return
	}
	m.c.Conversations = append(m.c.Conversations, v)
}

func (m *memory) Case(context.Context, survey.InvitationID) (view.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.c, m.away
}

func (m *memory) WhoTexted(_ context.Context, ours, phone string) (view.Texter, error) {
	if ours != ourNumber {
		return view.Texter{}, m.away
	}
	if phone != herPhone || m.stray {
		return view.Texter{SenderID: textLine}, m.away
	}
	return view.Texter{InvitationID: herCase, ContactID: 5, SenderID: textLine, HeldID: m.held}, m.away
}

func (m *memory) ApplyStatuses(_ context.Context, o view.StatusOrder,
	decide func(view.InboxRow) (view.Change, bool)) (view.StatusesApplied, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out view.StatusesApplied
	for _, r := range m.rows {
		if r.applied || r.Kind != "status" || r.inv == 0 || r.ID <= o.After {
			continue
		}
		out.Last = r.ID
		ch, plain := decide(r.InboxRow)
		if a := ch.Attempt; a != nil && a.ID == herCall && a.Event == survey.AttemptDeliver {
			plain = false // as the call came to
		}
		if !plain {
			out.Left = append(out.Left, view.LeftRow{Invitation: r.inv, Row: r.ID})
			continue
		}
		r.applied = true
		m.write(ch)
		out.Applied++
	}
	return out, m.away
}

func (m *memory) SenderAt(_ context.Context, ch survey.Channel, address string) (survey.SenderID, error) {
	if ch == survey.Call && address == ourNumber {
		return callLine, m.away
	}
	return 0, m.away
}

func (m *memory) Senders(context.Context) ([]survey.Sender, error) {
	return []survey.Sender{{ID: callLine, Channel: survey.Call}, {ID: textLine, Channel: survey.SMS}}, m.away
}

// heard is a queue that remembers.
type heard struct {
	mu    sync.Mutex
	tasks []queue.Task
	away  error
}

func (h *heard) Enqueue(_ context.Context, tasks ...queue.Task) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away == nil {
		h.tasks = append(h.tasks, tasks...)
	}
	return h.away
}

// ingestOver makes an Ingest over m, whose queue is h.
func ingestOver(t testing.TB, m *memory, h *heard) *Ingest {
	t.Helper()
	keys, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte("0123456789abcdef0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	return New(m, h, survey.NewClock(noon), keys)
}
