package postgres_test

import (
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// What comes when somebody is erased already: it changes the ledgers, brings
// nothing personal back, and holds nothing up.
func TestWhatComesAfterAnErasure(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	inv := f.people[0]
	sent := f.queue(survey.SMS)[0]
	f.claim(f.chunk(), 1, let)
	f.erase(f.contacts[0])

	row := f.arrive(inv, "late")
	f.Exec(`UPDATE inbox SET payload = '{"to": "+84917654321"}' WHERE id = $1`, row.ID)
	done, err := f.ApplyInbox(t.Context(), inv, f.now, func(c view.Case, _ view.InboxRow) (view.Change, error) {
		if c.ResponseState != survey.ResponseVoided || c.Facts.Submitted {
			t.Errorf("response %q: answers would be taken", c.ResponseState)
		}
		return view.Change{Attempt: &view.AttemptOutcome{ID: sent, Event: survey.AttemptRefuse, Reason: survey.ReasonOptedOut, OptedOut: true},
			Suppress: []survey.Suppression{{ContactID: c.ContactID, Channel: survey.SMS, Scope: survey.SuppressAll, Source: "provider"},
				{AddressKey: []byte("key"), Scope: survey.SuppressAll, Source: "sms"}}}, nil
	})
	if err != nil || len(done) != 1 {
		t.Fatalf("applied %v, %v; want one row", done, err)
	}
	if got := f.state(sent); got != survey.AttemptFailed {
		t.Errorf("the attempt is %s, want failed", got)
	}
	f.want(1, "rows applied and emptied", `SELECT count(*) FROM inbox WHERE payload = '{}' AND applied_at IS NOT NULL`)
	f.want(1, "suppressions by the address", `SELECT count(*) FROM suppression WHERE address_key = 'key'`)
	f.want(0, "suppressions of nobody", `SELECT count(*) FROM suppression WHERE address_key IS NULL`)
	f.nothingStranded()
}

func TestADoubtAboutSomebodyErasedIsForStaff(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	attempts := f.queue(survey.SMS)
	f.claim(f.chunk(), 2, let)
	f.erase(f.contacts[0])
	for _, id := range attempts {
		f.record(view.AttemptOutcome{ID: id, Event: survey.AttemptDoubt, Reason: survey.ReasonInDoubt})
	}
	f.want(1, "left to staff", `SELECT count(*) FROM attempt_doubt WHERE attempt_id = $1 AND needs_staff`, attempts[0])
	f.want(1, "to be looked for", `SELECT count(*) FROM attempt_doubt WHERE attempt_id = $1 AND NOT needs_staff`, attempts[1])
}
