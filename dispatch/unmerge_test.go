package dispatch_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ofPeople are the rows that a merge and its undoing touch, but for when the protocol looks
// at a case next.
const ofPeople = `
SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
	SELECT 'contact ' || to_jsonb(c)::text AS line FROM contact c
	UNION ALL SELECT 'endpoint ' || to_jsonb(e)::text FROM endpoint e
	UNION ALL SELECT 'suppression ' || to_jsonb(s)::text FROM suppression s
	UNION ALL SELECT 'consent ' || to_jsonb(o)::text FROM consent o
	UNION ALL SELECT 'attempt ' || to_jsonb(a)::text FROM attempt a
	UNION ALL SELECT 'invitation ' || (to_jsonb(i) - 'plan_at')::text FROM invitation i
	UNION ALL SELECT 'change ' || to_jsonb(i)::text FROM import_change i) x`

func problemOfUnmerge(err error) string {
	var e *survey.Error
	if !errors.As(err, &e) || e.Code != survey.CodeUnmergeRefused {
		return fmt.Sprint(err)
	}
	return e.Args["why"]
}

// pairs are people of all kinds, by chance.
type pairs struct {
	t      *testing.T
	db     *pgtest.DB
	chance *rand.Rand
	n      int
	past   survey.Campaign
	now    survey.Campaign
}

func (p *pairs) one(of ...string) string { return of[p.chance.IntN(len(of))] }

// person is somebody with some of what a person may have; shared are addresses that the
// other one may have, too.
func (p *pairs) person(shared []survey.Endpoint) survey.ContactID {
	p.n++
	c := survey.Contact{Name: "Lê Thị Hà", Title: p.one("", "Bà", "Cô"), Sex: p.one("", "nữ"), Birth: []int{0, 1970, 1981}[p.chance.IntN(3)],
		Zone: p.one("", "Europe/Berlin"), Unit: p.one("", "xã A", "Xã A", "xã B"), Attributes: map[string]string{}}
	if p.chance.IntN(3) > 0 {
		c.Code = fmt.Sprintf("M%d", p.n)
	}
	for _, key := range []string{"cum", "nghe", "ma_cu"} {
		if v := p.one("", "", "x", fmt.Sprint("v", p.n)); v != "" || p.chance.IntN(4) == 0 {
			c.Attributes[key] = v
		}
	}
	for _, e := range shared {
		if p.chance.IntN(2) == 0 {
			c.Endpoints = append(c.Endpoints, e)
		}
	}
	for i := range p.chance.IntN(3) {
		c.Endpoints = append(c.Endpoints, mobile(fmt.Sprintf("+8430%05d%02d", p.n, i)))
	}
	for i := range c.Endpoints {
		c.Endpoints[i].Status = survey.EndpointStatus(p.one("unverified", "ok", "dead"))
	}
	id := listed(p.t, p.db, c)[0]
	p.db.Exec(`UPDATE contact SET unit_code = $2, updated_at = $3, import_id = nullif($4, 0) WHERE id = $1`, id, p.one("", "11", "12"),
		[]any{nil, pgtest.Day().Add(-time.Hour)}[p.chance.IntN(2)], p.chance.IntN(2))
	p.db.Exec(`UPDATE endpoint SET not_theirs_at = $2 WHERE contact_id = $1 AND status = 'dead' AND id % 2 = 0`, id, pgtest.Day())
	if p.chance.IntN(3) == 0 {
		p.db.Exec(`UPDATE contact SET hours = 'evening', hours_at = $2, hours_source = 'staff' WHERE id = $1`, id, pgtest.Day().Add(time.Duration(-p.n)*time.Minute))
	}
	for range p.chance.IntN(3) {
		p.db.Exec(`INSERT INTO consent (contact_id, purpose, channel, basis, source, given_at, withdrawn_at) VALUES ($1, nullif($2, ''), nullif($3, ''), 'consent', 'staff', $4, $5)`,
			id, p.one("", "survey"), p.one("", "sms", "email"), pgtest.Day(), []any{nil, pgtest.Day()}[p.chance.IntN(2)])
	}
	for range p.chance.IntN(3) {
		p.db.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at, lifted_at) VALUES ($1, nullif($2, ''), 'all', $3, $4, $5)`,
			id, p.one("", "sms", "call"), p.one("web", "import"), pgtest.Day(), []any{nil, nil, pgtest.Day()}[p.chance.IntN(3)])
	}
	return id
}

// asked gives somebody a survey that is over, and another that is open.
func (p *pairs) asked(id survey.ContactID, open bool) {
	if p.chance.IntN(2) == 0 {
		past := p.db.MakeInvitation(survey.Invitation{CampaignID: p.past.ID, ContactID: id, State: survey.InvitationClosed, Disposition: survey.Complete})
		p.db.MakeAttempt(survey.Attempt{InvitationID: past, Channel: survey.SMS, State: survey.AttemptDelivered})
		p.db.Exec(`UPDATE attempt SET endpoint_id = (SELECT min(id) FROM endpoint WHERE contact_id = $2) WHERE invitation_id = $1`, past, id)
	}
	if open {
		p.db.MakeInvitation(survey.Invitation{CampaignID: p.now.ID, ContactID: id})
	}
}

func newPairs(t *testing.T, seed uint64) *pairs {
	db := pgtest.New(t)
	db.MakeSenders()
	db.Exec(`INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state) VALUES ('s', '', 'appointment', 'a', now(), 'merged')`)
	return &pairs{t: t, db: db, chance: rand.New(rand.NewPCG(seed, 36)),
		past: db.MakeCampaign(survey.Campaign{Name: "truoc", State: survey.CampaignClosed}), now: db.MakeCampaign(survey.Campaign{Name: "nay"})}
}

func (p *pairs) two() (keep, drop survey.ContactID) {
	shared := []survey.Endpoint{mobile(fmt.Sprintf("+84310%06d", p.n)), mailbox(fmt.Sprintf("h%d@thu.example", p.n))}
	keep, drop = p.person(shared), p.person(shared)
	p.asked(keep, p.chance.IntN(2) == 0)
	p.asked(drop, false)
	return keep, drop
}

func (p *pairs) merge(keep, drop survey.ContactID) view.PeopleMerged {
	p.t.Helper()
	m, err := dispatch.MergePeople(p.t.Context(), p.db, dispatch.MergeRequest{Keep: fmt.Sprint(keep), Drop: fmt.Sprint(drop), Reason: "gọi hỏi", Actor: "lan", Now: pgtest.Day()})
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

func (p *pairs) undo(who survey.ContactID) (view.PeopleUnmerged, error) {
	return dispatch.UnmergePeople(p.t.Context(), p.db, dispatch.UnmergeRequest{Ref: fmt.Sprint(who), Actor: "lan", Now: pgtest.Day().Add(time.Hour)})
}

// Whatever two contacts have: made one and taken back, every row is as it was; also where
// the one that went had been one of two before, and those are taken back in turn.
func TestAMergeThatIsTakenBackWasNever(t *testing.T) {
	t.Parallel()
	p := newPairs(t, 1)
	for range 25 {
		keep, drop := p.two()
		third, _ := p.two()
		p.db.Exec(`UPDATE invitation SET state = 'closed', disposition = '2.112', closed_at = now(), plan_at = NULL WHERE contact_id = $1 AND state = 'open'`, third)
		begin := p.db.Text(ofPeople)
		p.merge(drop, third)
		between := p.db.Text(ofPeople)
		m := p.merge(keep, drop)
		if now := p.db.Text(ofPeople); now == between {
			t.Fatal("the merge did nothing")
		}
		if _, err := p.undo(third); problemOfUnmerge(err) != dispatch.UnmergeLater {
			t.Fatalf("the earlier one first: %v", err)
		}
		u, err := p.undo([]survey.ContactID{keep, drop}[p.chance.IntN(2)])
		if err != nil || u.Merge != m.Merge || u.Kept != keep || u.Back != drop || len(u.Since) != 0 || u.Stops+u.No+u.Queued != 0 || u.Left {
			t.Fatalf("%+v, %v", u, err)
		}
		differs(t, p.db.Text(ofPeople), between)
		if _, err := p.undo(keep); problemOfUnmerge(err) != dispatch.UnmergeNone {
			t.Fatalf("again: %v", err)
		}
		if u, err = p.undo(third); err != nil || u.Kept != drop || u.Back != third {
			t.Fatalf("%+v, %v", u, err)
		}
		differs(t, p.db.Text(ofPeople), begin)
	}
	if n := p.db.Int(`SELECT count(*) FROM contact_merge WHERE before <> '{}' OR after <> '{}'`); n != 0 {
		t.Errorf("%d of what was taken back are still kept", n)
	}
	if n := p.db.Int(`SELECT count(*) FROM audit WHERE act = 'merge' AND detail ? 'undone'`); n != 100 {
		t.Errorf("%d undoings on record, want one for each of the two, 100", n)
	}
}

func differs(t *testing.T, got, want string) {
	t.Helper()
	have, was := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, line := range have {
		if !slices.Contains(was, line) {
			t.Errorf("now   %s", line)
		}
	}
	for _, line := range was {
		if !slices.Contains(have, line) {
			t.Errorf("before %s", line)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// barred are the channels on which somebody is not contacted.
func (p *pairs) barred(id survey.ContactID) map[survey.Channel]bool {
	out := map[survey.Channel]bool{}
	l, err := p.db.ConsentLedger(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, s := range statesOf(p.t, l) {
		if s.Purpose == survey.PurposeSurvey && s.Withdrawn() {
			out[s.Channel] = true
		}
	}
	for _, c := range survey.Channels() {
		if p.db.Int(`SELECT count(*) FROM suppression WHERE contact_id = $1 AND lifted_at IS NULL AND (channel IS NULL OR channel = $2)`, id, string(c)) > 0 {
			out[c] = true
		}
	}
	return out
}

// What was said against being contacted since the merge holds for both, also where the
// merge had said the same: nobody who said stop can be reached after the undoing.
func TestNobodyWhoSaidStopIsReachedAfterAnUndoing(t *testing.T) {
	t.Parallel()
	p := newPairs(t, 2)
	for range 25 {
		keep, drop := p.two()
		was := map[survey.ContactID]map[survey.Channel]bool{keep: p.barred(keep), drop: p.barred(drop)}
		p.merge(keep, drop)
		said := map[survey.Channel]bool{}
		for range p.chance.IntN(4) {
			c := survey.Channels()[p.chance.IntN(3)]
			ref := fmt.Sprint([]survey.ContactID{keep, drop}[p.chance.IntN(2)])
			var err error
			switch p.chance.IntN(3) {
			case 0:
				_, err = dispatch.RecordConsent(t.Context(), p.db, dispatch.ConsentRequest{Ref: ref, Withdraw: true, Channel: c, Actor: "mai", Now: pgtest.Day()})
			case 1:
				_, err = dispatch.Suppress(t.Context(), p.db, ring(t).AddressKey, dispatch.StopRequest{Who: ref, Channel: c, Source: dispatch.StaffStopSources()[0], Words: "thôi", Actor: "mai", Now: pgtest.Day()})
			case 2:
				code := p.db.Text(`SELECT coalesce(code, '') FROM contact WHERE id = $1`, keep)
				if code == "" {
					continue
				}
				name := map[survey.Channel]string{survey.Mail: "Đồng ý nhận e-mail", survey.SMS: "Đồng ý nhận tin nhắn", survey.Call: "Đồng ý nhận cuộc gọi"}[c]
				_, err = importing(t, p.db, "Mã CTV,Họ và tên,"+name+"\n"+code+",Lê Thị Hà,không\n")
			}
			if err != nil {
				t.Fatal(err)
			}
			said[c] = true
		}
		if _, err := p.undo(keep); err != nil {
			t.Fatal(err)
		}
		for who, before := range was {
			now := p.barred(who)
			for _, c := range survey.Channels() {
				if (before[c] || said[c]) && !now[c] {
					t.Fatalf("%d can be reached by %s again: before %v, said %v, now %v\n%s", who, c, before, said, now, p.db.Text(`SELECT string_agg(o::text, chr(10) ORDER BY id) FROM consent o WHERE contact_id = $1`, who))
				}
			}
		}
	}
}

// What was done since the merge stays with the one that was kept.
func TestWhatCameAfterAMergeStaysWithTheOneKept(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	ids := listed(t, db, survey.Contact{Name: "Lê Thị Hà", Endpoints: []survey.Endpoint{mobile("+84301234567")}},
		survey.Contact{Code: "B", Name: "Lê Hà", Title: "Bà", Sex: "nữ", Unit: "xã A", Attributes: map[string]string{"cum": "C1", "nghe": "nông dân"},
			Endpoints: []survey.Endpoint{mobile("+84301234567"), mailbox("ha@thu.example")}})
	p := &pairs{t: t, db: db}
	now := db.MakeCampaign(survey.Campaign{Name: "nay"})
	before := db.MakeCampaign(survey.Campaign{Name: "truoc", State: survey.CampaignClosed})
	old := db.MakeInvitation(survey.Invitation{CampaignID: before.ID, ContactID: ids[1], State: survey.InvitationClosed, Disposition: survey.Complete})
	db.MakeAttempt(survey.Attempt{InvitationID: old, Channel: survey.SMS, State: survey.AttemptDelivered})
	own := db.Int(`SELECT id FROM endpoint WHERE contact_id = 2 AND kind = 'phone'`)
	db.Exec(`UPDATE attempt SET endpoint_id = $1`, own)
	p.merge(ids[0], ids[1])
	imported(t, db, "Mã CTV,Họ và tên,Điện thoại,Cụm,Ghi chú\nB,Lê Thị Hà,0301 999 888,C7,\n")
	r := editOf(t, db, fmt.Sprint(ids[0]))
	r.Title = "Cô"
	if err := dispatch.EditContact(t.Context(), db, r); err != nil {
		t.Fatal(err)
	}
	if _, err := dispatch.RecordConsent(t.Context(), db, dispatch.ConsentRequest{Ref: "1", Channel: survey.Call, Basis: "consent", Evidence: "đơn 3", Actor: "mai", Now: pgtest.Day()}); err != nil {
		t.Fatal(err)
	}
	db.Exec(`UPDATE endpoint SET status = 'dead', not_theirs_at = $1 WHERE address = '+84301234567'`, pgtest.Day())
	open := db.MakeInvitation(survey.Invitation{CampaignID: now.ID, ContactID: ids[0]})
	waits := db.MakeAttempt(survey.Attempt{InvitationID: open, Channel: survey.Mail})
	db.Exec(`UPDATE attempt SET endpoint_id = (SELECT id FROM endpoint WHERE kind = 'email') WHERE id = $1`, waits)

	u, err := p.undo(ids[1])
	if err != nil || !slices.Equal(u.Since, []string{"title", "cum"}) && !slices.Equal(u.Since, []string{"title"}) || u.Queued != 1 || u.Moved != 2 {
		t.Fatalf("%+v, %v", u, err)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM contact WHERE id = 1 AND code IS NULL AND title = 'Cô' AND sex = '' AND unit = '' AND NOT attributes ? 'nghe' AND updated_at = '2026-12-01 09:00Z'`: 1,
		`SELECT count(*) FROM contact WHERE id = 2 AND code = 'B' AND title = 'Bà' AND merged_into IS NULL AND left_at IS NULL`:                                                   1,
		`SELECT count(*) FROM endpoint WHERE contact_id = 1 AND address = '+84301999888'`:                                                                                         1,
		`SELECT count(*) FROM endpoint WHERE address = '+84301234567' AND status = 'dead' AND not_theirs_at IS NOT NULL`:                                                          2,
		`SELECT count(*) FROM endpoint WHERE contact_id = 2`:                                                                                                                      2,
		`SELECT count(*) FROM consent WHERE contact_id = 1 AND channel = 'call' AND withdrawn_at IS NULL`:                                                                         1,
		`SELECT count(*) FROM consent WHERE contact_id = 2 AND channel = 'call'`:                                                                                                  0,
		`SELECT count(*) FROM attempt WHERE state = 'cancelled' AND reason = 'no_endpoint'`:                                                                                       1,
		`SELECT count(*) FROM invitation WHERE contact_id = 1 AND state = 'open' AND plan_at = '2026-12-01 09:00Z'`:                                                               1,
		`SELECT count(*) FROM attempt a JOIN endpoint e ON e.id = a.endpoint_id WHERE a.state = 'delivered' AND e.contact_id = 2`:                                                 1,
	} {
		if got := db.Int(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if db.Int(`SELECT id FROM endpoint WHERE contact_id = 2 AND kind = 'phone'`) != own {
		t.Error("the address came back as another")
	}
	// The list of before finds each of the two.
	if again := imported(t, db, "Mã CTV,Họ và tên,Điện thoại\nB,Lê Hà,\n"); again.Created != 0 || db.Int(`SELECT count(*) FROM contact`) != 2 {
		t.Errorf("%+v", again.ImportCounts)
	}
	// And they are no pair again, unless somebody asks for those who were told apart.
	db.Exec(`UPDATE contact SET name_folded = 'le thi ha', unit = 'xã A', code = NULL`)
	for _, asked := range []bool{false, true} {
		found, err := dispatch.Duplicates(t.Context(), db, view.PairFilter{WithCodes: asked})
		if err != nil || (len(found) == 1) != asked {
			t.Errorf("told apart, asked for %v: %+v, %v", asked, found, err)
		}
	}
}

func TestMergesThatAreNotTakenBack(t *testing.T) {
	t.Parallel()
	p := newPairs(t, 3)
	a, b := listed(t, p.db, survey.Contact{Name: "Lê Hà"})[0], listed(t, p.db, survey.Contact{Name: "Lê Thị Hà", Code: "B"})[0]
	if _, err := p.undo(a); problemOfUnmerge(err) != dispatch.UnmergeNone {
		t.Errorf("never merged: %v", err)
	}
	if _, err := p.undo(999); survey.KindOf(err) != survey.NotFound {
		t.Errorf("nobody: %v", err)
	}
	p.merge(a, b)
	r := editOf(t, p.db, fmt.Sprint(a))
	r.Code = "B2"
	if err := dispatch.EditContact(t.Context(), p.db, r); err != nil {
		t.Fatal(err)
	}
	other := listed(t, p.db, survey.Contact{Name: "Hồ Ba", Code: "b"})[0]
	before := p.db.Text(ofPeople)
	if _, err := p.undo(b); problemOfUnmerge(err) != dispatch.UnmergeCode {
		t.Errorf("with the code somebody else's: %v", err)
	}
	differs(t, p.db.Text(ofPeople), before)
	p.db.Exec(`UPDATE contact SET code = 'C' WHERE id = $1`, other)
	if _, err := p.undo(b); err != nil {
		t.Errorf("with the code free: %v", err)
	}
	if got := p.db.Text(`SELECT string_agg(coalesce(code, '-'), ' ' ORDER BY id) FROM contact`); got != "B2 B C" {
		t.Errorf("codes %s", got)
	}
	p.merge(a, b)
	p.db.Exec(`UPDATE contact_merge SET undone_at = now(), undone_by = 'x' WHERE undone_at IS NULL`) // one of before it was kept
	p.db.Exec(`DELETE FROM contact_merge`)
	if _, err := p.undo(b); problemOfUnmerge(err) != dispatch.UnmergeUnkept {
		t.Errorf("of before: %v", err)
	}
	c, d := listed(t, p.db, survey.Contact{Name: "Vũ Ba"})[0], listed(t, p.db, survey.Contact{Name: "Vũ Thị Ba"})[0]
	p.merge(c, d)
	if _, err := dispatch.ErasePerson(t.Context(), p.db, ring(t), dispatch.PersonRequest{Ref: fmt.Sprint(d), Reason: "đề nghị 12", Actor: "lan", Now: pgtest.Day()}); err != nil {
		t.Fatal(err)
	}
	for _, who := range []survey.ContactID{c, d} {
		if _, err := p.undo(who); problemOfUnmerge(err) != dispatch.UnmergeErased {
			t.Errorf("erased: %v", err)
		}
	}
	if n := p.db.Int(`SELECT count(*) FROM contact_merge WHERE before <> '{}' OR after <> '{}'`); n != 0 {
		t.Error("an erasure left what they were")
	}
	for _, why := range dispatch.UnmergeProblems() {
		if !strings.HasPrefix(why, "unmerge_") {
			t.Error(why)
		}
	}
}

// Of two who take one merge back at once, one does.
func TestOneOfTwoUndoingsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPairs(t, 4)
	keep, drop := p.two()
	before := p.db.Text(ofPeople)
	p.merge(keep, drop)
	var errs [4]error
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() { _, errs[i] = p.undo([]survey.ContactID{keep, drop}[i%2]) })
	}
	wait.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if problemOfUnmerge(err) != dispatch.UnmergeNone {
			t.Error(err)
		}
	}
	if done != 1 {
		t.Errorf("%d took it back, want one", done)
	}
	differs(t, p.db.Text(ofPeople), before)
}
