package dispatch

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// What people say that no program settles waits in the inbox of the office. These
// are the things that a person does with it.

// InboxStore is what reading the inbox needs of the database.
type InboxStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	Matters(ctx context.Context, q view.MatterQuery) ([]view.MatterLine, error)
	Matter(ctx context.Context, id survey.MatterID) (view.Matter, error)
	MoveMatter(ctx context.Context, o view.MatterOrder) error
}

// InboxQuery asks for a page of the inbox, the oldest first. What is empty is not
// asked.
type InboxQuery struct {
	State    survey.MatterState
	Kind     survey.MatterKind
	Campaign string          // name
	Contact  string          // ID or code
	After    survey.MatterID // the last one of the page before
	Limit    int             // at most 1000; 0 means 50
}

// Inbox lists a page of what a person of the office reads. Whose words a reply to a
// campaign is that keeps names apart from answers is not told.
func Inbox(ctx context.Context, store InboxStore, q InboxQuery) ([]view.MatterLine, error) {
	ask := view.MatterQuery{State: q.State, Kind: q.Kind, After: q.After, Limit: min(max(q.Limit, 0), 1000)}
	if ask.Limit == 0 {
		ask.Limit = 50
	}
	if q.Campaign != "" {
		k, err := store.CampaignByName(ctx, q.Campaign)
		if err != nil {
			return nil, err
		}
		ask.Campaign = k.ID
	}
	if q.Contact != "" {
		var err error
		if ask.Contact, err = store.FindContact(ctx, ParseContactRef(q.Contact)); err != nil {
			return nil, err
		}
	}
	return store.Matters(ctx, ask)
}

// InboxItem is one item of the inbox as a person reads it.
type InboxItem struct {
	view.MatterLine
	Name    survey.PersonName   `json:"name,omitempty"`
	From    string              `json:"from,omitempty"` // number or mailbox; empty where names are kept apart
	Subject string              `json:"subject,omitempty"`
	Text    string              `json:"text"` // empty once its time is over
	Answers []view.MatterAnswer `json:"answers,omitempty"`
	// Answer is what it was taken for, of an item that is assigned.
	Answer string `json:"answer,omitempty"`
	// Moves is how often it was moved; see InboxOrder.Seen.
	Moves int `json:"moves"`
}

// ReadInboxItem shows one item. Errors: not_found.
func ReadInboxItem(ctx context.Context, store InboxStore, id survey.MatterID) (InboxItem, error) {
	m, err := store.Matter(ctx, id)
	if err != nil {
		return InboxItem{}, missingMatter(err, id)
	}
	said := saidIn(m)
	out := InboxItem{MatterLine: m.MatterLine, Name: m.Name, From: said.From, Subject: said.Subject, Text: said.Text, Answers: m.Answers, Moves: m.Moves}
	if m.Assigned != nil {
		out.Answer = string(m.Assigned.Answer.Value) + string(m.Assigned.Answer.Missing)
	}
	if m.Veiled {
		out.From = ""
	}
	return out, nil
}

func missingMatter(err error, id survey.MatterID) error {
	if survey.KindOf(err) != survey.NotFound {
		return err
	}
	return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"what": "matter", "name": strconv.FormatInt(int64(id), 10)}}
}

// said is what somebody wrote, and from where.
type said struct {
	Kind                channel.InboundKind
	From, Subject, Text string
	SenderID            survey.SenderID
}

// saidIn reads what arrived; nothing of it once its time is over.
func saidIn(m view.Matter) said {
	var p struct {
		channel.Inbound
		SenderID survey.SenderID `json:"sender_id"`
	}
	if err := json.Unmarshal(m.Payload, &p); err != nil {
		return said{}
	}
	out := said{Kind: p.Kind, From: p.From, Text: p.Text, SenderID: p.SenderID}
	if l := p.Letter; l != nil {
		out.From, out.Subject, out.Text = or(l.From, p.From), l.Subject, l.Text
	}
	return out
}

// InboxOrder is what a member of staff does with one item.
type InboxOrder struct {
	ID    survey.MatterID
	Actor string
	Note  string    // kept with it, until the person is erased
	Now   time.Time // business time
	// Seen is one more than the Moves of the item as it was looked at: if it was moved
	// since, nothing is done. 0: as it stands now.
	Seen int
}

func (o InboxOrder) move(m view.Matter, ev survey.MatterEvent) view.MatterOrder {
	moves := m.Moves
	if o.Seen > 0 {
		moves = o.Seen - 1
	}
	return view.MatterOrder{ID: o.ID, Moves: moves, Event: ev, Actor: o.Actor, Note: strings.TrimSpace(o.Note), Now: o.Now}
}

// FinishInboxItem settles an item that needs nothing more. Errors: not_found,
// state_conflict, inbox_moved.
func FinishInboxItem(ctx context.Context, store InboxStore, o InboxOrder) error {
	m, err := store.Matter(ctx, o.ID)
	if err != nil {
		return missingMatter(err, o.ID)
	}
	return store.MoveMatter(ctx, o.move(m, survey.MatterFinish))
}

// Assigner takes words as an answer, by the way that answers go: worker/ingest.
type Assigner func(ctx context.Context, o view.Assignment) error

// ReopenInboxItem undoes what was done with an item. An answer that was made of it is
// taken back, unless the person has given another since; what was written to somebody
// stays written. Errors: not_found, state_conflict, inbox_moved.
func ReopenInboxItem(ctx context.Context, store InboxStore, assign Assigner, o InboxOrder) error {
	m, err := store.Matter(ctx, o.ID)
	if err != nil {
		return missingMatter(err, o.ID)
	}
	order := o.move(m, survey.MatterReopen)
	if m.Assigned == nil {
		return store.MoveMatter(ctx, order)
	}
	back := *m.Assigned
	back.Undo, back.Actor = true, o.Actor
	return assign(ctx, view.Assignment{MatterOrder: order, Invitation: m.AssignedTo, InTime: true, Assigned: back})
}

// AssignStore is what assigning needs of the database.
type AssignStore interface {
	InboxStore
	Campaign(ctx context.Context, id survey.CampaignID) (*survey.Campaign, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
	CaseOf(ctx context.Context, k survey.CampaignID, who survey.ContactID) (survey.InvitationID, error)
}

// InboxAssignment says which answer an item is.
type InboxAssignment struct {
	InboxOrder
	Campaign string // empty: the one that it came to
	Question string
	// Value is how the member of staff reads the words, as a person would write it
	// by SMS; empty: the words themselves are read.
	Value string
}

// AssignInboxItem takes what somebody wrote as the answer to a question of a
// campaign: it is stored as if it had come by SMS, with who assigned it, in the same
// response. It returns the answer. Errors: not_found, inbox_case, inbox_path,
// inbox_taken, inbox_unread, inbox_no_words, inbox_moved, state_conflict.
func AssignInboxItem(ctx context.Context, store AssignStore, assign Assigner, o InboxAssignment) (survey.Answer, error) {
	m, err := store.Matter(ctx, o.ID)
	if err != nil {
		return survey.Answer{}, missingMatter(err, o.ID)
	}
	k, inv, err := assignedCase(ctx, store, m, o.Campaign)
	if err != nil {
		return survey.Answer{}, err
	}
	src, err := store.QuestionnaireByID(ctx, k.QuestionnaireID)
	if err != nil {
		return survey.Answer{}, err
	}
	q, err := published(src)
	if err != nil {
		return survey.Answer{}, err
	}
	name := or(o.Question, m.Question)
	question, ok := q.Question(name)
	if !ok {
		return survey.Answer{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"what": "question", "name": name}}
	}
	a, err := readAs(question, o.Value, m)
	if err != nil {
		return a, err
	}
	return a, assign(ctx, view.Assignment{MatterOrder: o.move(m, survey.MatterAssign), Invitation: inv,
		InTime:   m.Kind != survey.MatterLate || o.Now.Before(k.EndsAt),
		Assigned: view.Assigned{Matter: o.ID, Question: name, Answer: a, Actor: o.Actor}})
}

// assignedCase is the case whose answer is made of m: that to which it came, or the
// person's in another campaign.
func assignedCase(ctx context.Context, store AssignStore, m view.Matter, name string) (*survey.Campaign, survey.InvitationID, error) {
	if name == "" && m.CampaignID == 0 {
		return nil, 0, &survey.Error{Kind: survey.Invalid, Code: survey.CodeInboxCase}
	}
	if name == "" || name == m.Campaign {
		k, err := store.Campaign(ctx, m.CampaignID)
		return k, m.InvitationID, err
	}
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return nil, 0, err
	}
	inv, err := store.CaseOf(ctx, k.ID, m.ContactID)
	if survey.KindOf(err) == survey.NotFound {
		err = &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxCase, Args: map[string]string{"campaign": name}}
	}
	return k, inv, err
}

// readAs reads what somebody wrote as an answer to a question, as it would have been
// read by SMS.
func readAs(question *instrument.Question, value string, m view.Matter) (survey.Answer, error) {
	text := value
	if text == "" {
		text = saidIn(m).Text
		if wish, rest := instrument.ReadWish(text); wish == instrument.WishOpinion {
			text = rest
		}
	}
	if strings.TrimSpace(text) == "" {
		return survey.Answer{}, &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxNoWords}
	}
	r := question.ReadText(text, instrument.ReadContext{Lang: m.Language})
	if r.Outcome != survey.ReadAnswer {
		return survey.Answer{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeInboxUnread, Args: map[string]string{"question": question.Name}}
	}
	return r.Answer, nil
}
