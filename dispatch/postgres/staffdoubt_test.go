package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// inDoubt puts everybody's attempt in doubt, and an answer to everybody.
func inDoubt(t *testing.T, n int) (*field, []survey.AttemptID, []survey.NoticeID) {
	t.Helper()
	f := newField(t, n)
	ids := f.queue(survey.Mail)
	f.claim(f.chunk(), n, let)
	for _, id := range ids {
		f.record(view.AttemptOutcome{ID: id, Event: survey.AttemptDoubt, Reason: survey.ReasonInDoubt, Code: "421"})
		if err := f.LeaveDoubtToStaff(t.Context(), id, survey.FindingNoListing); err != nil {
			t.Fatal(err)
		}
	}
	var notices []survey.NoticeID
	for _, inv := range f.people {
		open := f.change(inv, view.Change{Notices: []view.NewNotice{f.reply(false)}}).Notices[0]
		if _, err := f.ClaimNotice(t.Context(), open, f.now, noKeys); err != nil {
			t.Fatal(err)
		}
		if err := f.RecordNotice(t.Context(), f.now, view.NoticeOutcome{ID: open.ID, Event: survey.AttemptDoubt, Reason: survey.ReasonInDoubt}); err != nil {
			t.Fatal(err)
		}
		if err := f.LeaveNoticeToStaff(t.Context(), open.ID, survey.FindingSeveral); err != nil {
			t.Fatal(err)
		}
		notices = append(notices, open.ID)
	}
	return f, ids, notices
}

func (f *field) doubts() []view.DoubtLine {
	f.t.Helper()
	var out []view.DoubtLine
	for d, err := range f.Doubts(f.t.Context(), f.k.ID) {
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

func (f *field) settle(sent bool, refs ...string) view.DoubtsSettled {
	f.t.Helper()
	o := view.DoubtOrder{Campaign: &f.k, All: len(refs) == 0, Sent: sent, Actor: "lan", Words: "nhật ký máy chủ thư", Now: f.now}
	for _, r := range refs {
		ref, ok := view.ParseMessageRef(r)
		if !ok {
			f.t.Fatal(r)
		}
		o.Refs = append(o.Refs, ref)
	}
	out, err := f.SettleDoubts(context.Background(), o)
	if err != nil {
		f.t.Error(err)
	}
	return out
}

func refs(list []view.MessageRef) string {
	var out []string
	for _, r := range list {
		out = append(out, r.String())
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestDoubtsAreListedLineByLine(t *testing.T) {
	t.Parallel()
	f, ids, notices := inDoubt(t, 2)
	f.Exec(`UPDATE attempt SET claimed_at = now() - interval '2 days' WHERE id = $1`, ids[1])
	f.Exec(`UPDATE attempt_doubt SET needs_staff = false, finding = '', looks = 3 WHERE attempt_id = $1`, ids[0])
	other, _ := f.campaign("khac")
	f.Exec(`UPDATE notice SET campaign_id = $2 WHERE id = $1`, notices[0], other.ID)
	got := f.doubts()
	if len(got) != 3 {
		t.Fatalf("%d doubts, want a mail and an answer for staff, and a mail that is looked for: %+v", len(got), got)
	}
	mail, answer, looked := got[0], got[1], got[2]
	if mail.Ref.Attempt != ids[1] || mail.Contact != "CTV00002" || mail.ContactID != f.contacts[1] || mail.Channel != survey.Mail || mail.Step != "email" ||
		mail.Try != 1 || mail.Code != "421" || mail.Finding != survey.FindingNoListing || !mail.ForStaff ||
		time.Since(mail.HandedOver) < 47*time.Hour || time.Since(mail.HandedOver) > 49*time.Hour {
		t.Errorf("the mail: %+v", mail)
	}
	if answer.Ref.Notice != notices[1] || answer.Channel != survey.SMS || answer.Step != "" || answer.Finding != survey.FindingSeveral || answer.Contact != "CTV00002" {
		t.Errorf("the answer: %+v", answer)
	}
	if looked.Ref.Attempt != ids[0] || looked.ForStaff || looked.Looks != 3 {
		t.Errorf("what is looked for: %+v", looked)
	}
	if r := f.settle(true); refs(r.Settled) != refs([]view.MessageRef{{Attempt: ids[1]}, {Notice: notices[1]}}) {
		t.Errorf("settled %v; want what waits for staff in this campaign, and nothing else", r.Settled)
	}
}

// Staff say it of each, or of all: it counts for what is in doubt then, once, and
// goes on record with who said so.
func TestStaffSettleDoubts(t *testing.T) {
	t.Parallel()
	f, ids, notices := inDoubt(t, 4)
	a := func(i int) string { return view.MessageRef{Attempt: ids[i]}.String() }
	n := func(i int) string { return view.MessageRef{Notice: notices[i]}.String() }
	f.settle(true, a(0), n(0))
	f.settle(false, a(1), n(1))
	for query, want := range map[string]string{
		`SELECT string_agg(state || ' ' || reason, ', ' ORDER BY id) FROM attempt WHERE id <= 2`: "sent staff, queued staff",
		`SELECT string_agg(state || ' ' || reason, ', ' ORDER BY id) FROM notice WHERE id <= 2`:  "sent staff, queued staff",
	} {
		if got := f.Text(query); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	f.want(1, "due at once", `SELECT count(*) FROM attempt_waiting WHERE attempt_id = $1 AND due_at = $2`, ids[1], f.now)
	f.want(1, "swept up in seconds", `SELECT count(*) FROM notice WHERE id = $1 AND NOT needs_staff AND finding = '' AND generation > 1`, notices[1])
	f.want(2, "who said so", `SELECT count(*) FROM event WHERE actor = 'lan' AND kind = 'attempt_resolved' AND args->>'state' IN ('sent', 'queued')`)
	f.want(2, "acts on record", `SELECT count(*) FROM audit WHERE act = 'doubt' AND actor = 'lan' AND reason = 'nhật ký máy chủ thư' AND campaign_id = $1`, f.k.ID)
	f.nothingStranded()

	// A callback, or a colleague, was faster; one is of no campaign at all.
	f.change(f.people[2], view.Change{Attempt: &view.AttemptOutcome{ID: ids[2], Event: survey.AttemptDeliver}})
	got := f.settle(false, a(2), a(0), n(0), a(3), "a99999", a(3))
	if refs(got.Settled) != a(3) || refs(got.Meanwhile) != refs([]view.MessageRef{{Attempt: ids[0]}, {Attempt: ids[2]}, {Attempt: 99999}, {Notice: notices[0]}}) {
		t.Errorf("settled %v, meanwhile %v", got.Settled, got.Meanwhile)
	}
	if s := f.state(ids[2]); s != survey.AttemptDelivered {
		t.Errorf("what was delivered is %s", s)
	}
	if s := f.state(ids[0]); s != survey.AttemptSent {
		t.Errorf("what was settled as sent is %s", s)
	}
	f.nothingStranded()
	// What is on the wire again is not in doubt, whatever staff thought.
	f.claim(f.chunk(), 10, let)
	if got := f.settle(true, a(1)); len(got.Settled) != 0 || f.state(ids[1]) != survey.AttemptSending {
		t.Errorf("settled %v while it is being sent", got.Settled)
	}
	if got := f.settle(true); refs(got.Settled) != refs([]view.MessageRef{{Notice: notices[2]}, {Notice: notices[3]}}) {
		t.Errorf("all that was left: %v", got.Settled)
	}
	if got := f.settle(true); len(got.Settled)+len(got.Meanwhile) != 0 {
		t.Errorf("nothing was left: %+v", got)
	}
	f.want(4, "acts on record: none of what did nothing", `SELECT count(*) FROM audit WHERE act = 'doubt'`)
}

// Of two who settle the same otherwise, one does, and the other is told.
func TestADoubtIsSettledOnce(t *testing.T) {
	t.Parallel()
	f, ids, notices := inDoubt(t, 6)
	var mu sync.Mutex
	settled := map[string]int{}
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range ids {
				got := f.settle(n%2 == 0, fmt.Sprintf("a%d", ids[i]), fmt.Sprintf("n%d", notices[i]))
				mu.Lock()
				for _, r := range got.Settled {
					settled[r.String()]++
				}
				if len(got.Settled)+len(got.Meanwhile) != 2 {
					t.Errorf("%+v", got)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(settled) != 12 {
		t.Errorf("settled %v, want all 12", settled)
	}
	for ref, n := range settled {
		if n != 1 {
			t.Errorf("%s was settled %d times", ref, n)
		}
	}
	f.want(6, "resolved once", `SELECT count(*) FROM event WHERE kind = 'attempt_resolved'`)
	f.nothingStranded()
}

// Who was erased gets no answer any more, whatever staff say of it; the act goes
// with the person.
func TestAnAnswerToSomebodyErasedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	f, ids, notices := inDoubt(t, 1)
	f.settle(false, fmt.Sprintf("a%d", ids[0]))
	f.want(1, "acts about the person", `SELECT count(*) FROM audit WHERE act = 'doubt' AND contact_id = $1 AND reason <> ''`, f.contacts[0])
	f.erase(f.contacts[0])
	f.want(0, "words about the person", `SELECT count(*) FROM audit WHERE act = 'doubt' AND reason <> ''`)
	if got := f.doubts(); len(got) != 1 || got[0].Finding != survey.FindingErased || got[0].Contact != "" {
		t.Errorf("doubts %+v", got)
	}
	f.settle(false, fmt.Sprintf("n%d", notices[0]))
	f.want(1, "given up", `SELECT count(*) FROM notice WHERE state = 'failed' AND reason = 'staff'`)
}

// A message that staff say was sent costs what it was claimed for, and an answer a
// segment at least.
func TestWhatStaffSayWasSentIsPaidFor(t *testing.T) {
	t.Parallel()
	f, _, _ := inDoubt(t, 2)
	f.Exec(`UPDATE sender SET cost = 350`)
	f.Exec(`UPDATE attempt SET cost = 100`)
	f.set(view.Settings{Budget: 10_000})
	f.settle(true)
	f.spentIsKept()
	f.want(2*100+2*350, "spent", `SELECT spent FROM campaign_spend`)
}

func FuzzMessageRef(f *testing.F) {
	for _, s := range []string{"a12", "n7", "a0", "a", "", "a012", "x1", "n99999999999999999999", "a-1", "a1 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, ok := view.ParseMessageRef(s)
		if ok != (ref.Attempt > 0 != (ref.Notice > 0)) || ok && ref.String() != s {
			t.Errorf("%q is read as %v, %v", s, ref, ok)
		}
	})
}
