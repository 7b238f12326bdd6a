package postgres_test

import (
	"encoding/json"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func answer(question, value string) survey.Item {
	return survey.Item{Question: question, Answer: survey.Answer{Value: survey.AnswerText(value)}}
}

// However the modes take turns there is one response, and each answer keeps the
// mode that it came by last.
func TestOneResponseWhateverTheMode(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	inv := f.people[0]
	f.change(inv, view.Change{Human: true})
	f.want(0, "responses before an answer", `SELECT count(*) FROM response`)
	f.change(inv, view.Change{Mode: survey.Web, Items: []survey.Item{answer("huong", "1"), answer("nghe", "3")}, Human: true,
		Progress: &view.Progress{Applicable: 2, Answered: 2, Keys: true}})
	f.change(inv, view.Change{Mode: survey.TextMode, Items: []survey.Item{answer("huong", "2")}})
	f.Exec(`UPDATE response SET state = 'broken_off'`)
	f.change(inv, view.Change{Mode: survey.Voice, Items: []survey.Item{{Question: "khac", Answer: survey.Answer{Missing: survey.MissingRefused}}}, Drop: []string{"nghe"}})
	f.want(1, "responses", `SELECT count(*) FROM response WHERE state = 'started' AND mode = 'voice'`)
	f.want(2, "answers as they came last", `SELECT count(*) FROM answer_item WHERE (question, value, missing, mode) IN
		(('huong', '2', '', 'sms'), ('khac', '', 'refused', 'voice'))`)
	f.want(2, "answers", `SELECT count(*) FROM answer_item`)
	f.want(1, "cases begun", `SELECT count(*) FROM invitation WHERE state = 'started' AND human_at = $1 AND progress->>'answered' = '2'`, f.now)
	c, err := f.Case(t.Context(), inv)
	if err != nil || c.ResponseState != survey.ResponseStarted || len(c.Answers) != 2 || !c.Facts.Human || c.Facts.Answered != 2 {
		t.Errorf("case %+v, %v", c, err)
	}
}

// Submitting closes the case and withdraws what is queued in one transaction;
// what is on the wire stays there.
func TestSubmitClosesAndWithdraws(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.queue(survey.Mail)
	f.chunk()
	f.queue(survey.SMS) // waits
	f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.Call, State: survey.AttemptSending})
	f.change(f.people[0], view.Change{Mode: survey.Web, Items: []survey.Item{answer("huong", "1")}, Submit: true, Human: true,
		Close: survey.Complete, CloseReason: survey.ReasonSubmitted, Cancel: survey.ReasonSubmitted})
	f.want(1, "submitted", `SELECT count(*) FROM response WHERE state = 'submitted' AND submitted_at = $1 AND NOT late`, f.now)
	f.want(1, "closed", `SELECT count(*) FROM invitation WHERE id = $1 AND state = 'closed' AND disposition = '1.1' AND plan_at IS NULL`, f.people[0])
	f.want(2, "withdrawn", `SELECT count(*) FROM attempt WHERE invitation_id = $1 AND state = 'cancelled' AND reason = 'submitted'`, f.people[0])
	f.want(1, "on the wire", `SELECT count(*) FROM attempt WHERE invitation_id = $1 AND state = 'sending'`, f.people[0])
	f.want(2, "of the other person", `SELECT count(*) FROM attempt WHERE invitation_id = $1 AND state = 'queued'`, f.people[1])
	f.nothingStranded()
	// Its outcome changes nothing of the case.
	f.record(view.AttemptOutcome{ID: 5, Event: survey.AttemptAccept})
	f.want(1, "still closed and not planned", `SELECT count(*) FROM invitation WHERE id = $1 AND disposition = '1.1' AND plan_at IS NULL`, f.people[0])
	// Pressing send again is no second submit.
	f.now = f.now.Add(time.Hour)
	f.change(f.people[0], view.Change{Mode: survey.TextMode, Submit: true, Late: true})
	f.want(0, "submitted again", `SELECT count(*) FROM response WHERE late OR submitted_at = $1`, f.now)
}

func TestALateCompleteReclassifies(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.plan(f.now, func(view.PlanCase) view.Plan {
		return view.Plan{Close: survey.NothingReturned, Reason: survey.ReasonEnded}
	})
	complete := view.Change{Mode: survey.Web, Items: []survey.Item{answer("huong", "1")}, Submit: true, Close: survey.Complete,
		CloseReason: survey.ReasonSubmitted}
	f.change(f.people[0], complete)
	f.want(1, "reclassified", `SELECT count(*) FROM invitation WHERE state = 'closed' AND disposition = '1.1' AND disposition_reason = 'submitted'`)
	f.want(1, "events", `SELECT count(*) FROM event WHERE kind = 'invitation_reclassified' AND args->>'from' = '3.19' AND args->>'disposition' = '1.1'`)
	f.Exec(`UPDATE campaign SET state = 'archived', closed_at = ends_at`)
	complete.Close = survey.PartialSufficient
	f.change(f.people[0], complete)
	f.want(1, "as it was when archived", `SELECT count(*) FROM invitation WHERE disposition = '1.1'`)
	f.want(1, "events", `SELECT count(*) FROM event WHERE kind = 'invitation_reclassified'`)
}

func TestVoidDeletesTheAnswers(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	for _, inv := range f.people {
		f.change(inv, view.Change{Mode: survey.Web, Items: []survey.Item{answer("huong", "1"), answer("nghe", "2")}})
	}
	f.change(f.people[0], view.Change{Void: true, Refusal: "person", Close: survey.RefusalByPerson, CloseReason: survey.ReasonRefused})
	f.want(1, "voided", `SELECT count(*) FROM response WHERE state = 'voided'`)
	f.want(2, "answers, all of the other person", `SELECT count(*) FROM answer_item i JOIN link.response_link l USING (response_id) WHERE l.invitation_id = $1`, f.people[1])
	f.want(2, "answers", `SELECT count(*) FROM answer_item`)
	f.want(1, "refused", `SELECT count(*) FROM invitation WHERE refusal = 'person' AND refused_at = $1 AND state = 'closed'`, f.now)
	f.change(f.people[1], view.Change{Void: true}) // nothing asks for a second word
	f.change(f.people[1], view.Change{Void: true})
	f.want(2, "voided", `SELECT count(*) FROM response WHERE state = 'voided'`)
}

func TestConversations(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	turn := func(inv survey.InvitationID, state string, end bool) {
		t.Helper()
		f.change(inv, view.Change{Conversation: &view.ConversationChange{Mode: survey.TextMode, SenderID: f.senders[survey.SMS],
			Phone: "+84919999999", State: json.RawMessage(state), Close: end}})
	}
	open := func(inv survey.InvitationID, state string) {
		t.Helper()
		f.want(1, "open conversations", `SELECT count(*) FROM conversation WHERE closed_at IS NULL`)
		f.want(1, state, `SELECT count(*) FROM conversation WHERE closed_at IS NULL AND invitation_id = $1 AND state = $2`, inv, state)
	}
	turn(f.people[0], `{"n": 1}`, false)
	open(f.people[0], `{"n": 1}`)
	turn(f.people[0], `{"n": 2}`, false)
	open(f.people[0], `{"n": 2}`)
	c, err := f.Case(t.Context(), f.people[0])
	if err != nil || len(c.Conversations) != 1 || c.Conversations[0].Phone != "+84919999999" {
		t.Errorf("conversations %+v, %v", c.Conversations, err)
	}
	turn(f.people[0], ``, true)
	f.want(0, "open conversations", `SELECT count(*) FROM conversation WHERE closed_at IS NULL`)
	turn(f.people[1], `{"n": 1}`, false) // the phone is free for somebody else
	open(f.people[1], `{"n": 1}`)
	f.change(f.people[1], view.Change{Close: survey.RefusalByPerson, CloseReason: survey.ReasonRefused})
	f.want(0, "open conversations of a closed case", `SELECT count(*) FROM conversation WHERE closed_at IS NULL`)
}

// An opt-in lifts what was said for everything, by person and by number, and
// nobody else's.
func TestLiftEndsOnesOwnSuppressions(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	all := func(s survey.Suppression) survey.Suppression { s.Scope, s.Source = survey.SuppressAll, "sms"; return s }
	f.change(f.people[0], view.Change{Suppress: []survey.Suppression{all(survey.Suppression{ContactID: f.contacts[0]}),
		all(survey.Suppression{AddressKey: []byte("hers"), Channel: survey.SMS})}})
	f.change(f.people[1], view.Change{Suppress: []survey.Suppression{all(survey.Suppression{ContactID: f.contacts[1]}),
		all(survey.Suppression{AddressKey: []byte("his")}),
		{ContactID: f.contacts[0], Scope: survey.SuppressCampaign, CampaignID: f.k.ID, Source: "staff"}}})
	if c, err := f.Case(t.Context(), f.people[0]); err != nil || len(c.Suppressed) != 1 {
		t.Errorf("suppressed %v, %v", c.Suppressed, err)
	}
	f.change(f.people[0], view.Change{Lift: true, AddressKeys: [][]byte{[]byte("hers"), []byte("by an older key")}})
	f.want(2, "lifted", `SELECT count(*) FROM suppression WHERE lifted_at = $1`, f.now)
	f.want(3, "in force", `SELECT count(*) FROM suppression WHERE lifted_at IS NULL AND (contact_id = $1 OR address_key = 'his' OR scope = 'campaign')`, f.contacts[1])
	if c, err := f.Case(t.Context(), f.people[0]); err != nil || len(c.Suppressed) != 0 {
		t.Errorf("suppressed %v, %v", c.Suppressed, err)
	}
}
