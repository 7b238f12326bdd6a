package postgres_test

import (
	"context"
	"sync"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// withdrawal is a person's no to one channel.
func (f *field) withdrawal(id survey.ContactID, ch survey.Channel) error {
	return f.AppendConsent(context.Background(), survey.Consent{ContactID: id, Channel: ch, Basis: "consent", Source: "staff", GivenAt: f.now, WithdrawnAt: f.now},
		view.Audit{At: f.now, Actor: "lan", Act: "consent", Detail: map[string]any{}})
}

// consenting lets go who consented, as the worker's gate does.
func consenting(k view.Candidate) view.Verdict {
	if !k.Consented {
		return view.Verdict{Event: survey.AttemptCancel, Reason: survey.ReasonNoConsent}
	}
	return let(k)
}

func TestAWithdrawalStopsTheNextClaim(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.SMS)
	c := f.chunk()
	if err := f.withdrawal(f.contacts[0], survey.SMS); err != nil {
		t.Fatal(err)
	}
	if err := f.withdrawal(f.contacts[1], survey.Mail); err != nil {
		t.Fatal(err)
	}
	claimed := f.claim(c, 10, consenting)
	if len(claimed) != 2 || claimed[0].AttemptID != 2 || claimed[1].AttemptID != 3 {
		t.Errorf("claimed %+v, want the second and the third", claimed)
	}
	f.want(1, "refused for want of consent", `SELECT count(*) FROM attempt WHERE id = 1 AND state = 'cancelled' AND reason = 'no_consent'`)
}

// The claim has locked its attempts and waits for a person's lock, which another
// campaign's claim holds; the withdrawal commits meanwhile.
func TestAWithdrawalWhileTheClaimWaitsIsSeen(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.queue(survey.SMS)
	c := f.chunk()
	tx, err := f.SQL().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	const claimLock = 0x636c696d
	if _, err := tx.ExecContext(t.Context(), `SELECT pg_advisory_xact_lock($1, hashint8($2))`, claimLock, f.contacts[0]); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	go func() {
		_, _, err := f.ClaimAttempts(context.Background(), view.Claim{Chunk: c.ID, Limit: 1, Now: f.now, AddressKeys: noKeys, Gate: consenting})
		failed <- err
	}()
	f.awaitLock()
	f.want(0, "attempts free", `SELECT count(*) FROM (SELECT 1 FROM attempt FOR UPDATE SKIP LOCKED) AS x`)
	if err := f.withdrawal(f.contacts[0], survey.SMS); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	f.want(1, "refused for want of consent", `SELECT count(*) FROM attempt WHERE state = 'cancelled' AND reason = 'no_consent'`)
}

// A was merged into B, and B is being merged into C: a word of A's, which goes
// to B, and the merge, which moves A behind C, wait for each other.
func TestConsentOfWhoeverIsMergedOnMeanwhile(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	a, b, c := f.contacts[0], f.contacts[1], f.contacts[2]
	for _, id := range f.contacts {
		f.Exec(`UPDATE contact SET import_id = NULL WHERE id = $1`, id)
	}
	f.Exec(`UPDATE contact SET merged_into = $2, left_at = now() WHERE id = $1`, a, b)
	var once sync.Once
	said := make(chan error, 1)
	_, err := f.MergePeople(t.Context(), view.MergeOrder{Keep: c, Drop: b, Reason: "một người", Actor: "lan", Now: f.now},
		func(keep, _ view.Twin) (view.PeopleMerge, error) {
			once.Do(func() {
				go func() { said <- f.withdrawal(a, survey.SMS) }()
				f.awaitLock()
			})
			return view.PeopleMerge{Keep: keep.Contact}, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-said; err != nil {
		t.Fatal(err)
	}
	f.want(1, "withdrawn by one of them", `SELECT count(*) FROM consent WHERE withdrawn_at IS NOT NULL AND contact_id <> $1`, a)
	f.want(2, "merged into the last", `SELECT count(*) FROM contact WHERE merged_into = $1`, c)
}

func TestTheLedgerSaysWhoIsBarredAltogether(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	for _, step := range []struct {
		channel any
		want    bool
	}{{"sms", false}, {nil, true}} {
		f.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES ($1, $2, 'all', 'sms', now())`, f.contacts[0], step.channel)
		l, err := f.ConsentLedger(t.Context(), f.contacts[0])
		if err != nil || l.Suppressed != step.want {
			t.Errorf("barred on %v: %v, %v", step.channel, l.Suppressed, err)
		}
	}
}
