package dispatch_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// twins is a store of two contacts, 1 and 2.
type twins struct {
	keep, drop view.Twin
	decided    view.PeopleMerge
}

func (s *twins) FindContact(_ context.Context, ref view.ContactRef) (survey.ContactID, error) {
	return ref.ID, nil
}

func (s *twins) MergePeople(_ context.Context, o view.MergeOrder, decide func(keep, drop view.Twin) (view.PeopleMerge, error)) (view.PeopleMerged, error) {
	var err error
	s.decided, err = decide(s.keep, s.drop)
	return view.PeopleMerged{Kept: o.Keep, Dropped: o.Drop}, err
}

func (s *twins) merge(t *testing.T) error {
	t.Helper()
	_, err := dispatch.MergePeople(t.Context(), s, dispatch.MergeRequest{Keep: "1", Drop: "2", Reason: "một người"})
	return err
}

func problemOf(err error) string {
	e, _ := err.(*survey.Error)
	if e == nil || e.Code != survey.CodeMergeRefused {
		return ""
	}
	return e.Args["problem"]
}

func TestMergesThatAreRefused(t *testing.T) {
	t.Parallel()
	var met []string
	for problem, s := range map[string]twins{
		dispatch.MergeKeepGone: {keep: view.Twin{MergedInto: 7, Left: true}, drop: view.Twin{MergedInto: 7, Left: true}},
		dispatch.MergeDropGone: {drop: view.Twin{MergedInto: 7, Left: true}},
		dispatch.MergeKeepLeft: {keep: view.Twin{Left: true}},
		dispatch.MergeOpenCase: {drop: view.Twin{OpenCases: 1}},
	} {
		met = append(met, problem)
		if got := problemOf(s.merge(t)); got != problem {
			t.Errorf("refused for %q, want %q", got, problem)
		}
	}
	for _, s := range []twins{{keep: view.Twin{OpenCases: 3}}, {drop: view.Twin{Left: true}}, {keep: view.Twin{Left: true}, drop: view.Twin{Left: true}}} {
		if err := s.merge(t); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	_, err := dispatch.MergePeople(t.Context(), &twins{}, dispatch.MergeRequest{Keep: "1", Drop: "1", Reason: "x"})
	met = append(met, problemOf(err))
	want := dispatch.MergeProblems()
	slices.Sort(met)
	slices.Sort(want)
	if !slices.Equal(met, want) {
		t.Errorf("problems %q, want every one of %q", met, want)
	}
	_, err = dispatch.MergePeople(t.Context(), &twins{}, dispatch.MergeRequest{Keep: "1", Drop: "2"})
	if survey.CodeOf(err) != survey.CodeReasonMissing {
		t.Errorf("without a reason: %v", err)
	}
}

func TestWhatIsGainedByAMerge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keep, drop, want    survey.Contact
		columns, attributes []string
		takeCode            bool
	}{
		"what is lacking": {survey.Contact{Name: "Lê Hà"},
			survey.Contact{Name: "Lê Thị Hà", Code: "B", Title: "Bà", Sex: "nữ", Birth: 1980, Unit: "xã A", UnitCode: "1", Language: survey.English, Zone: "Europe/Berlin", Attributes: map[string]string{"cum": "C1"}},
			survey.Contact{Name: "Lê Hà", Code: "B", Title: "Bà", Sex: "nữ", Birth: 1980, Zone: "Europe/Berlin", Unit: "xã A", UnitCode: "1", Attributes: map[string]string{"cum": "C1"}},
			[]string{"code", "title", "sex", "birth", "zone", "unit"}, []string{"cum"}, true},
		"nothing that is there": {survey.Contact{Code: "A", Zone: "UTC", Title: "Ông", Sex: "nam", Birth: 1970, Unit: "xã A", Attributes: map[string]string{"cum": "C1"}},
			survey.Contact{Code: "a", Zone: "Europe/Berlin", Title: "Bà", Sex: "nữ", Birth: 1980, Unit: "xã B", UnitCode: "2", Attributes: map[string]string{"cum": "C2"}},
			survey.Contact{Code: "A", Zone: "UTC", Title: "Ông", Sex: "nam", Birth: 1970, Unit: "xã A", Attributes: map[string]string{"cum": "C1"}}, nil, nil, false},
		"which unit that is": {survey.Contact{Unit: "Xã A"}, survey.Contact{Unit: "xã a", UnitCode: "1"},
			survey.Contact{Unit: "Xã A", UnitCode: "1", Attributes: map[string]string{}}, []string{"unit_code"}, nil, false},
		"the code that goes": {survey.Contact{Code: "A"}, survey.Contact{Code: "B"},
			survey.Contact{Code: "A", Attributes: map[string]string{"ma_cu": "B"}}, nil, []string{"ma_cu"}, false},
		"and those that went": {survey.Contact{Code: "A", Attributes: map[string]string{"ma_cu": "X; y"}},
			survey.Contact{Code: "B", Attributes: map[string]string{"ma_cu": "Y; C; a"}},
			survey.Contact{Code: "A", Attributes: map[string]string{"ma_cu": "X; y; C; B"}}, nil, []string{"ma_cu"}, false},
		"with its code": {survey.Contact{}, survey.Contact{Code: "B", Attributes: map[string]string{"ma_cu": "C"}},
			survey.Contact{Code: "B", Attributes: map[string]string{"ma_cu": "C"}}, []string{"code"}, []string{"ma_cu"}, true},
	} {
		s := twins{keep: view.Twin{Contact: c.keep}, drop: view.Twin{Contact: c.drop}}
		if err := s.merge(t); err != nil {
			t.Fatal(err)
		}
		m := s.decided
		if !reflect.DeepEqual(m.Keep, c.want) || !slices.Equal(m.Columns, c.columns) || !slices.Equal(m.Attributes, c.attributes) || m.TakeCode != c.takeCode {
			t.Errorf("%s: %#v, %q, %q, %v; want %#v", name, m.Keep, m.Columns, m.Attributes, m.TakeCode, c.want)
		}
	}
}

func TestAddressesOfAMerge(t *testing.T) {
	t.Parallel()
	at := func(id survey.EndpointID, kind survey.EndpointKind, address string, rank int, status survey.EndpointStatus) survey.Endpoint {
		return survey.Endpoint{ID: id, Kind: kind, Address: address, Rank: rank, Status: status}
	}
	const ok, dead, new = survey.EndpointOK, survey.EndpointDead, survey.EndpointUnverified
	s := twins{keep: view.Twin{Contact: survey.Contact{Endpoints: []survey.Endpoint{at(1, "phone", "+84912345678", 0, ok), at(2, "phone", "+84912345679", 4, new),
		at(3, "email", "A@x.example", 0, new)}}},
		drop: view.Twin{Contact: survey.Contact{Endpoints: []survey.Endpoint{at(4, "email", "a@x.example", 0, ok), at(5, "email", "b@x.example", 1, dead),
			at(6, "phone", "+84912345670", 0, ok), at(7, "phone", "+84912345678", 1, dead), at(8, "phone", "+84912345671", 2, new)}}}}
	if err := s.merge(t); err != nil {
		t.Fatal(err)
	}
	want := []view.EndpointMove{{ID: 4, Into: 3, Status: ok}, {ID: 5, Rank: 1, Status: dead}, {ID: 6, Rank: 5, Status: ok}, {ID: 7, Into: 1, Status: dead},
		{ID: 8, Rank: 6, Status: new}}
	if !slices.Equal(s.decided.Moves, want) {
		t.Errorf("moves %+v, want %+v", s.decided.Moves, want)
	}
}

// ledgers is a store of one ledger.
type ledgers struct{ l view.ConsentLedger }

func (s ledgers) FindContact(context.Context, view.ContactRef) (survey.ContactID, error) {
	return 1, nil
}

func (s ledgers) ConsentLedger(context.Context, survey.ContactID) (view.ConsentLedger, error) {
	return s.l, nil
}

func (s ledgers) AppendConsent(context.Context, survey.Consent, view.Audit) error { return nil }

func statesOf(t *testing.T, l view.ConsentLedger) []view.ConsentState {
	t.Helper()
	l, err := dispatch.ShowConsent(t.Context(), ledgers{l}, "1")
	if err != nil {
		t.Fatal(err)
	}
	return l.States
}

// Whatever two people consented to: where one of them said no last, the one
// person did; where nobody did, a yes of either is one.
func TestOfTwoConsentsTheStricterHolds(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(2, 7))
	ledger := func(id survey.ContactID, rows int) view.ConsentLedger {
		l := view.ConsentLedger{ContactID: id}
		if chance.IntN(2) == 0 {
			l.ImportID, l.Basis = 9, "appointment"
		}
		for n := range rows {
			r := view.ConsentRow{ID: int64(id)*100 + int64(n), Basis: "consent", GivenAt: pgtest.Day(),
				Purpose: []survey.Purpose{"", survey.PurposeSurvey, survey.PurposeDutyReport}[chance.IntN(3)],
				Channel: append(survey.Channels(), "")[chance.IntN(4)]}
			if chance.IntN(2) == 0 {
				at := pgtest.Day()
				r.WithdrawnAt = &at
			}
			l.Rows = append(l.Rows, r)
		}
		return l
	}
	for range 500 {
		s := twins{keep: view.Twin{Ledger: ledger(1, chance.IntN(4))}, drop: view.Twin{Ledger: ledger(2, chance.IntN(4))}}
		keep, drop := statesOf(t, s.keep.Ledger), statesOf(t, s.drop.Ledger)
		if err := s.merge(t); err != nil {
			t.Fatal(err)
		}
		after := s.keep.Ledger
		for n, c := range s.decided.Consents {
			r := view.ConsentRow{ID: 1000 + int64(n), Purpose: c.Purpose, Channel: c.Channel}
			if !c.WithdrawnAt.IsZero() {
				r.WithdrawnAt = &c.WithdrawnAt
			}
			if c.ContactID != 1 || c.Source != "merge" || c.Basis == "" || c.Evidence == "" {
				t.Fatalf("row %+v", c)
			}
			after.Rows = append(after.Rows, r)
		}
		for i, got := range statesOf(t, after) {
			no := keep[i].Withdrawn() || drop[i].Withdrawn()
			if got.Withdrawn() != no || got.Given != (!no && (keep[i].Given || drop[i].Given)) {
				t.Fatalf("%s by %s is %+v of %+v and %+v", got.Purpose, got.Channel, got, keep[i], drop[i])
			}
		}
	}
}

// Two contacts become one in the database, and the old list finds it.
func TestMergePeople(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	ids := listed(t, db,
		survey.Contact{Code: "A", Name: "Lê Thị Hà", Endpoints: []survey.Endpoint{mobile("+84912345678")}},
		survey.Contact{Code: "B", Name: "Lê Hà", Title: "Bà", Endpoints: []survey.Endpoint{mobile("+84912345678"), mailbox("ha@thu.example")}})
	db.Exec(`UPDATE endpoint SET import_id = 5, label = 'Email', source = 'import' WHERE kind = 'email'`)
	db.Exec(`INSERT INTO consent (contact_id, channel, basis, source, given_at, withdrawn_at) VALUES ($1, 'sms', 'consent', 'staff', now(), now())`, ids[1])
	past := db.MakeCampaign(survey.Campaign{Name: "truoc", State: survey.CampaignClosed})
	running := db.MakeCampaign(survey.Campaign{Name: "nay"})
	old := db.MakeInvitation(survey.Invitation{CampaignID: past.ID, ContactID: ids[1], State: survey.InvitationClosed, Disposition: "1.1"})
	db.MakeAttempt(survey.Attempt{InvitationID: old, Channel: survey.SMS, State: survey.AttemptDelivered})
	open := db.MakeInvitation(survey.Invitation{CampaignID: running.ID, ContactID: ids[1]})
	db.MakeInvitation(survey.Invitation{CampaignID: running.ID, ContactID: ids[0]})
	db.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES ($1, 'call', 'all', 'call', now()), ($2, 'call', 'all', 'web', now())`, ids[1], ids[0])
	db.Exec(`INSERT INTO suppression (contact_id, scope, campaign_id, source, at) VALUES ($1, 'campaign', $2, 'web', now())`, ids[1], running.ID)
	db.Exec(`INSERT INTO suppression (contact_id, scope, source, at, lifted_at) VALUES ($1, 'all', 'sms', now(), now())`, ids[1])
	request := dispatch.MergeRequest{Keep: "a", Drop: "b", Reason: "hai dòng, một người", Actor: "lan", Now: pgtest.Day().Add(time.Hour)}
	merge := func(r dispatch.MergeRequest) (view.PeopleMerged, error) {
		return dispatch.MergePeople(t.Context(), db, r)
	}

	if _, err := merge(request); problemOf(err) != dispatch.MergeOpenCase {
		t.Errorf("with an open case: %v", err)
	}
	db.Exec(`UPDATE invitation SET state = 'closed', disposition = '2.112', closed_at = now(), plan_at = NULL WHERE id = $1`, open)
	before := db.Text(contents)
	dry := request
	dry.DryRun, dry.Reason = true, ""
	would, err := merge(dry)
	if err != nil || db.Text(contents) != before || db.Int(`SELECT count(*) FROM audit`) != 0 {
		t.Fatalf("a dry run left something, or failed: %v", err)
	}
	did, err := merge(request)
	would.DryRun, would.Merge = false, did.Merge
	if err != nil || !reflect.DeepEqual(did, would) {
		t.Fatalf("did %+v, %v; the dry run said %+v", did, err, would)
	}
	if did.Kept != ids[0] || did.Dropped != ids[1] || len(did.Moved) != 1 || len(did.Joined) != 1 || did.Withdrawn != 2 || did.Suppressions != 1 {
		t.Errorf("did %+v", did)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM contact WHERE id = 2 AND merged_into = 1 AND left_at = '2026-12-01 09:00Z' AND code = 'B'`:                          1,
		`SELECT count(*) FROM contact WHERE id = 1 AND title = 'Bà' AND name = 'Lê Thị Hà' AND attributes = '{"ma_cu": "B"}' AND left_at IS NULL`: 1,
		`SELECT count(*) FROM endpoint WHERE contact_id = 1`:                                                                                      2,
		`SELECT count(*) FROM endpoint WHERE contact_id = 1 AND source = 'merge' AND import_id = 5 AND label = 'Email' AND rank = 0`:              1,
		`SELECT count(*) FROM endpoint WHERE contact_id = 2`:                                                                                      0,
		`SELECT count(*) FROM attempt a JOIN endpoint e ON e.id = a.endpoint_id WHERE e.contact_id = 1`:                                           1,
		`SELECT count(*) FROM invitation WHERE contact_id = 2`:                                                                                    2,
		`SELECT count(*) FROM consent WHERE contact_id = 1 AND source = 'merge' AND channel = 'sms' AND withdrawn_at IS NOT NULL`:                 2,
		`SELECT count(*) FROM suppression WHERE contact_id = 1 AND lifted_at IS NULL AND scope = 'campaign'`:                                      1,
		`SELECT count(*) FROM suppression WHERE contact_id = 1`:                                                                                   2,
		`SELECT count(*) FROM audit WHERE act = 'merge' AND contact_id = 1 AND actor = 'lan' AND reason <> '' AND detail @> '{"dropped": 2}'`:     1,
		`SELECT count(*) FROM audit WHERE detail::text ~ 'Lê|ha@|8491'`:                                                                           0,
	} {
		if got := db.Int(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if _, err := merge(request); problemOf(err) != dispatch.MergeDropGone {
		t.Errorf("again: %v", err)
	}
	if _, err := merge(dispatch.MergeRequest{Keep: "a", Drop: "99", Reason: "x"}); survey.KindOf(err) != survey.NotFound {
		t.Errorf("with nobody: %v", err)
	}
	// What staff record of the one that went is recorded of the one that stayed.
	l, err := dispatch.RecordConsent(t.Context(), db, dispatch.ConsentRequest{Ref: "b", Withdraw: true, Now: pgtest.Day()})
	if err != nil || l.ContactID != ids[0] {
		t.Errorf("consent of the one that went: %+v, %v", l, err)
	}
	// A third who is merged takes those behind along.
	third := listed(t, db, survey.Contact{Name: "Lê Hà", Endpoints: []survey.Endpoint{mobile("+84912345000")}})[0]
	db.Exec(`UPDATE invitation SET state = 'closed', disposition = '2.112', closed_at = now(), plan_at = NULL WHERE state = 'open'`)
	if _, err := merge(dispatch.MergeRequest{Keep: "3", Drop: "a", Reason: "x"}); err != nil {
		t.Fatal(err)
	}
	if n := db.Int(`SELECT count(*) FROM contact WHERE merged_into = $1`, third); n != 2 {
		t.Errorf("%d point to the third, want both", n)
	}
	if got := db.Text(`SELECT code || attributes::text FROM contact WHERE id = $1`, third); got != `A{"ma_cu": "B"}` {
		t.Errorf("the third has %s", got)
	}
}

// A number that was not the one contact's is not that of the person whom both turn
// out to be.
func TestMergingKeepsThatANumberIsNotTheirs(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for i, code := range []string{"a", "b"} {
		c := pgtest.Reachable(7)
		c.Code, c.Random = code, survey.RandomNumber(i)
		db.MakeContact(c)
	}
	db.Exec(`UPDATE endpoint SET status = 'dead', not_theirs_at = $1 WHERE kind = 'phone' AND contact_id = 2`, pgtest.Day())
	_, err := dispatch.MergePeople(t.Context(), db, dispatch.MergeRequest{Keep: "a", Drop: "b", Reason: "một người", Actor: "lan", Now: pgtest.Day()})
	if err != nil {
		t.Fatal(err)
	}
	if n := db.Int(`SELECT count(*) FROM endpoint WHERE kind = 'phone' AND status = 'dead' AND not_theirs_at = $1 AND contact_id = 1`, pgtest.Day()); n != 1 {
		t.Error("the number is the person's again")
	}
	if n := db.Int(`SELECT count(*) FROM endpoint WHERE kind = 'email' AND status <> 'dead' AND not_theirs_at IS NULL`); n != 1 {
		t.Errorf("%d mailboxes, want 1", n)
	}
}
