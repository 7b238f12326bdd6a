package postgres_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// twoKeys hashes an address with the active key and one before it.
func twoKeys(kind survey.EndpointKind, address string) [][]byte {
	address = strings.ToLower(address) // as the keyring does
	var out [][]byte
	for _, key := range []string{"active", "before"} {
		sum := sha256.Sum256([]byte(key + "/" + string(kind) + "/" + address))
		out = append(out, sum[:])
	}
	return out
}

// refusal ends open cases as a refusal, and blanks the answer to the question
// "loi".
func refusal(c view.Case) (view.CaseEnd, error) {
	var end view.CaseEnd
	if _, ok := c.Answers["loi"]; ok {
		end.Blank = []string{"loi"}
	}
	if s := c.Invitation.State; s == survey.InvitationOpen || s == survey.InvitationStarted {
		end.Close, end.Reason = survey.RefusalByPerson, survey.ReasonRefused
	}
	return end, nil
}

func erasure(id survey.ContactID) view.Erasure {
	return view.Erasure{ContactID: id, Reason: "đơn số 12", Actor: "lan", Now: pgtest.Day().Add(2 * time.Hour),
		AddressKeys: twoKeys, Names: func(words string) bool { return strings.Contains(words, markName) }, End: refusal}
}

func (f *field) erase(id survey.ContactID) view.Erased {
	f.t.Helper()
	out, err := f.ErasePerson(f.t.Context(), erasure(id))
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// The marks are what names the seeded person, in every spelling that is stored.
const (
	markName   = "Khuynh Diệp"
	markFolded = "khuynh diep"
	markCode   = "CTVXOA77"
	markPhone  = "917654321"
	markMail   = "diep.kd@thu.example"
	markWords  = "ngõ Tre"
	markPaper  = "DON-7788"
	markToken  = "c0ffee77"
	markRow    = "cũ.xlsx:417"
)

func marks() []string {
	return []string{markName, markFolded, markCode, markPhone, markMail, markWords, markPaper, markToken, markRow}
}

// seeded is somebody whom every table knows that can know anybody.
type seeded struct {
	*field
	id, twin           survey.ContactID
	open, done, unsent survey.InvitationID
	response           survey.ResponseID
}

func seedPerson(t *testing.T) *seeded {
	t.Helper()
	s := &seeded{field: newField(t, 2)}
	person := survey.Contact{Name: "Đặng Thị " + markName, Code: markCode, Title: "Bà", Sex: "nữ", Birth: 1961, Unit: "Phường Hoa Lúa",
		Attributes: map[string]string{"ghi_chu": "chị của " + markName}, Random: 42,
		Endpoints: []survey.Endpoint{{Kind: survey.EmailAddress, Address: "Diep.KD@thu.example"},
			{Kind: survey.PhoneNumber, Address: "+84" + markPhone, SMS: true}}}
	s.id = s.MakeContact(person)
	s.Exec(`UPDATE contact SET name_folded = 'dang thi ' || $2 WHERE id = $1`, s.id, markFolded)
	s.twin = s.MakeContact(survey.Contact{Name: "Đ. T. " + markName, Endpoints: []survey.Endpoint{{Kind: survey.EmailAddress, Address: "dtkd@thu.example"}}})
	s.Exec(`UPDATE contact SET merged_into = $2, left_at = created_at WHERE id = $1`, s.twin, s.id)
	s.Exec(`INSERT INTO contact_merge (kept, gone, at, actor, before, after, followers, consents, stops)
		VALUES ($1, $2, now(), 'lan', jsonb_build_object('name', $3::text), jsonb_build_object('name', $3::text), '{}', '{}', '{}')`, s.id, s.twin, markName)
	s.Exec(`INSERT INTO consent (contact_id, purpose, basis, text_shown, source, given_at, evidence, actor)
		VALUES ($1, 'survey', 'consent', 'Tôi, ' || $2, $2, now(), $3, 'lan')`, s.id, markName, markPaper)
	s.open = s.MakeInvitation(survey.Invitation{CampaignID: s.k.ID, ContactID: s.id, State: survey.InvitationStarted})
	closed := s.MakeCampaign(survey.Campaign{Name: "da-xong", State: survey.CampaignClosed})
	s.done = s.MakeInvitation(survey.Invitation{CampaignID: closed.ID, ContactID: s.twin, State: survey.InvitationClosed, Disposition: survey.Complete})
	next := s.MakeCampaign(survey.Campaign{Name: "sap-toi"})
	s.unsent = s.MakeInvitation(survey.Invitation{CampaignID: next.ID, ContactID: s.id, State: survey.InvitationHeld})
	s.response = s.MakeResponse(s.done, survey.ResponseSubmitted, survey.Web, survey.Answers{"huong": {Value: "1"}, "loi": {Value: markWords}})
	s.Exec(`INSERT INTO answer_before (response_id, question, value, mode, language, assigned_by, answered_at, replaced_at)
		VALUES ($1, 'loi', $2, 'sms', 'vi', '', now(), now())`, string(s.response), markWords)
	s.Exec(`INSERT INTO topic (code, vi, created_at, created_by) VALUES ('duong', 'Đường', now(), 'lan')`)
	s.Exec(`INSERT INTO answer_topic (campaign_id, question, topic_id, response_id, coded_by) SELECT $2, 'loi', id, $1, 'lan' FROM topic`, string(s.response), closed.ID)
	s.Exec(`INSERT INTO transcript (response_id, question, words, written_by) VALUES ($1, 'loi', $2, 'lan')`, string(s.response), markWords)
	s.Exec(`INSERT INTO quotation (response_id, question, campaign_id, mark, marked_by) VALUES ($1, 'loi', $2, left(md5($3), 12), 'lan')`, string(s.response), closed.ID, markWords)
	s.MakeResponse(s.open, survey.ResponseStarted, survey.TextMode, survey.Answers{"huong": {Value: "2"}})
	s.Exec(`INSERT INTO attachment (id, response_id, question, sha256, content) VALUES
		('jpeg-9-aaaaaaaaaaaaaaaa', $1, 'anh', sha256($2), $2), ('pdf-9-bbbbbbbbbbbbbbbb', NULL, 'anh', sha256($3), $3)`,
		string(s.response), []byte("photo of "+markFolded), []byte("report of "+markFolded))
	s.Exec(`INSERT INTO link.upload (attachment_id, invitation_id) VALUES ('pdf-9-bbbbbbbbbbbbbbbb', $1)`, s.open)
	s.Exec(`INSERT INTO link.partial (invitation_id, content) VALUES ($1, '\\x00')`, s.open)
	s.seedTraffic()
	s.Exec(`WITH f AS (INSERT INTO focal_person (name, unit_code, hash, invited_by, invited_at, until)
			VALUES ('Chị Hằng', 'LX-1', decode(repeat('ab', 32), 'hex'), 'lan', now(), now() + interval '1 day') RETURNING id)
		INSERT INTO focal_change (focal_id, contact_id, kind, before, after, state, at)
		SELECT id, $1, 'correct', jsonb_build_object('name', $2::text), jsonb_build_object('phone', $3::text), 'open', now() FROM f`, s.id, markName, markPhone)
	return s
}

// seedTraffic is what went to and fro.
func (s *seeded) seedTraffic() {
	phone := "+84" + markPhone
	for _, k := range []survey.CampaignID{s.k.ID} {
		s.Exec(`INSERT INTO frame (campaign_id, frozen_at, hash, size) VALUES ($1, now(), 'abc', 1)`, k)
		s.Exec(`INSERT INTO frame_unit (campaign_id, contact_id, stratum, random_number) VALUES ($1, $2, 'C1', 42)`, k, s.id)
	}
	s.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES (decode(repeat('c0ffee77', 8), 'hex'), $1, 'form', 1, 'k1')`, s.open)
	payload := fmt.Sprintf(`{"kind": "text", "from": %q, "text": "Tôi là %s, ở %s"}`, phone, markName, markWords)
	inbox := `INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome)
		VALUES ($1, 'twilio', $2, now(), $3, $4, CASE WHEN $5 <> '' THEN now() END, $5)`
	s.Exec(inbox, "text", "SM1", s.open, payload, "applied")
	s.Exec(inbox, "text", "SM2", s.open, payload, "")
	s.Exec(inbox, "text", "SM3", nil, payload, "parked")
	s.Exec(inbox, "status", "SM4", nil, fmt.Sprintf(`{"kind": "status", "to": %q}`, phone), "")
	for i, of := range []string{"SM1", "SM3"} { // of the case, and of a stranger with her number
		s.Exec(`INSERT INTO matter (inbox_id, kind, came_at, invitation_id, contact_id, state, handled_by, handled_at, note)
			SELECT id, 'opinion', now(), invitation_id, CASE WHEN $2 THEN $3::bigint END, 'done', 'lan', now(), $4 FROM inbox WHERE provider_id = $1`,
			of, i == 0, s.id, "Bà "+markName)
	}
	for i, state := range []string{"queued", "sending", "sent"} {
		s.Exec(`INSERT INTO notice (inbox_id, ordinal, campaign_id, invitation_id, channel, sender_id, address, prompts, words, state, created_at, lease_until)
			SELECT x.id, $1, $2, $3, 'sms', $4, $5, jsonb_build_array(jsonb_build_object('echo', $6::text)), $6, $7, now(), now()
			FROM inbox x WHERE x.provider_id = 'SM1'`, i+1, s.k.ID, s.open, s.senders[survey.SMS], phone, markWords, state)
	}
	s.Exec(`INSERT INTO notice (inbox_id, ordinal, channel, sender_id, address, prompts, created_at, lease_until)
		SELECT x.id, 1, 'sms', $1, $2, '[]', now(), now() FROM inbox x WHERE x.provider_id = 'SM3'`, s.senders[survey.SMS], phone)
	s.Exec(`INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at)
		VALUES ('sms', $1, $2, $3, jsonb_build_object('said', $4::text), now())`, s.senders[survey.SMS], phone, s.open, markWords)
	s.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at, words) VALUES ($1, 'call', 'all', 'web', now(), $2)`, s.id, markName)
	s.Exec(`INSERT INTO suppression (address_key, channel, scope, source, inbox_id, at, words) SELECT $1, 'sms', 'all', 'sms', id, now(), $2
		FROM inbox WHERE provider_id = 'SM1'`, twoKeys(survey.PhoneNumber, phone)[1], markWords)
	s.Exec(`INSERT INTO suppression (address_key, scope, source, at, actor, words, lifted_at, lifted_by, lifted_source, lifted_words)
		VALUES ($1, 'all', 'staff', now(), 'lan', $2, now(), 'lan', $3, $2)`, twoKeys(survey.EmailAddress, markMail)[0], markName, markPaper)
	s.Exec(`INSERT INTO audit (at, actor, act, campaign_id, reason) VALUES (now(), 'lan', 'move', $1, $2)`, s.k.ID, "Bà "+markName+" phàn nàn")
	s.Exec(`INSERT INTO audit (at, actor, act, campaign_id, reason) VALUES (now(), 'lan', 'move', $1, 'mất điện')`, s.k.ID)
	s.Exec(`INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state) VALUES ('cu.xlsx', '', 'appointment', 'lan', now(), 'merged')`)
	s.Exec(`INSERT INTO import_change (import_id, contact_id, place, before, after)
		SELECT id, $1, $2, jsonb_build_object('name', $3::text), jsonb_build_object('code', $4::text) FROM import_run`, s.id, markRow, markName, markCode)
	s.Exec(`INSERT INTO audit (at, actor, act, contact_id, reason, detail) VALUES (now(), 'lan', 'consent', $1, $2, jsonb_build_object('paper', $3::text))`,
		s.id, "Bà "+markName, markPaper)
}

func TestErasureLeavesNothingThatNamesThePerson(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	queued := s.MakeAttempt(survey.Attempt{InvitationID: s.open, Channel: survey.SMS})
	sent := s.MakeAttempt(survey.Attempt{InvitationID: s.open, Channel: survey.Mail, State: survey.AttemptSent})
	doubt := s.MakeAttempt(survey.Attempt{InvitationID: s.open, Channel: survey.Call, State: survey.AttemptUnknown})
	s.Exec(`INSERT INTO attempt_doubt (attempt_id, since, look_at) VALUES ($1, now(), now())`, doubt)
	got := s.erase(s.id)

	for _, table := range tables(s.DB) {
		held := dump(s.DB, table, "t")
		for _, mark := range marks() {
			if strings.Contains(strings.ToLower(held), strings.ToLower(mark)) {
				t.Errorf("%s still has %q", table, mark)
			}
		}
	}
	want := view.Erased{Contacts: []survey.ContactID{s.id, s.twin}, Addresses: 3, Invitations: 3, Closed: 1, Cancelled: 1,
		Inbox: 4, Notices: 4, Responses: 2, Texts: 1, Files: 2}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("erased %+v\nwant   %+v", got, want)
	}
	if a, b := s.state(queued), s.state(sent); a != survey.AttemptCancelled || b != survey.AttemptSent {
		t.Errorf("queued became %s and sent %s, want cancelled and sent", a, b)
	}
	s.nothingStranded()
	s.want(1, "doubts left to staff", `SELECT count(*) FROM attempt_doubt WHERE attempt_id = $1 AND needs_staff`, doubt)
	s.want(1, "withdrawn before its release", `SELECT count(*) FROM invitation WHERE id = $1 AND state = 'withdrawn'`, s.unsent)
	s.want(1, "closed as a refusal", `SELECT count(*) FROM invitation WHERE id = $1 AND disposition = '2.112' AND refusal = 'person'`, s.open)
	s.want(1, "closed before and unchanged", `SELECT count(*) FROM invitation WHERE id = $1 AND disposition = '1.1' AND refusal IS NULL`, s.done)
	s.want(0, "inbox rows that wait", `SELECT count(*) FROM inbox WHERE applied_at IS NULL`)
	s.want(2, "of these, applied by nobody else", `SELECT count(*) FROM inbox WHERE outcome = 'ignored' AND reason = 'refused'`)
	s.want(2, "notices withdrawn", `SELECT count(*) FROM notice WHERE state = 'cancelled' AND ended_at IS NOT NULL`)
	s.want(1, "notices in doubt", `SELECT count(*) FROM notice WHERE state = 'unknown'`)
	s.want(1, "answers of the submitted response that stay", `SELECT count(*) FROM answer_item WHERE response_id = $1 AND value = '1'`, s.response)
	s.want(1, "answers in words, blanked", `SELECT count(*) FROM answer_item WHERE response_id = $1 AND value = '' AND missing = 'refused'`, s.response)
	s.want(1, "lines of the frame", `SELECT count(*) FROM frame_unit WHERE contact_id = $1`, s.id)
	s.want(4, "barred by keyed hash", `SELECT count(*) FROM suppression WHERE address_key IS NOT NULL AND contact_id IS NULL AND inbox_id IS NULL
		AND lifted_at IS NULL AND scope = 'all'`)
	s.want(1, "words of other acts, which name nobody", `SELECT count(*) FROM audit WHERE act = 'move' AND reason = 'mất điện'`)
	s.want(1, "lifted before, and still on record", `SELECT count(*) FROM suppression WHERE lifted_by = 'lan' AND lifted_words = '' AND words = ''`)
	s.want(2, "erasures on record", `SELECT count(*) FROM audit WHERE act = 'erase' AND reason = 'đơn số 12' AND contact_id IN ($1, $2)`, s.id, s.twin)
	s.want(0, "times that would name the case", `SELECT count(*) FROM response r LEFT JOIN answer_item a ON a.response_id = r.id
		WHERE date_trunc('day', r.started_at, 'UTC') <> r.started_at OR date_trunc('day', a.answered_at, 'UTC') <> a.answered_at`)
}

func TestOthersKeepWhatIsTheirs(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	other := s.contacts[0]
	s.Exec(`INSERT INTO endpoint (contact_id, kind, address, sms, created_at) VALUES ($1, 'phone', $2, true, now())`, other, "+84"+markPhone)
	s.change(s.people[0], view.Change{Items: []survey.Item{{Question: "loi", Answer: survey.Answer{Value: "của tôi"}}}, Mode: survey.Web})
	s.Exec(`UPDATE inbox SET payload = jsonb_build_object('from', $2::text) WHERE invitation_id = $1`, s.people[0], "+84"+markPhone)
	before := dump(s.DB, "public.contact", "t")
	got := s.erase(s.id)
	if !slices.Equal(got.Shared, []survey.ContactID{other}) {
		t.Errorf("shared with %v, want %d", got.Shared, other)
	}
	for _, mine := range []string{`SELECT count(*) FROM endpoint WHERE contact_id = $1 AND kind = 'phone' AND address LIKE '%` + markPhone + `'`,
		`SELECT count(*) FROM answer_item a JOIN link.response_link l USING (response_id) JOIN invitation i ON i.id = l.invitation_id
			WHERE i.contact_id = $1 AND a.value = 'của tôi'`,
		`SELECT count(*) FROM inbox x JOIN invitation i ON i.id = x.invitation_id WHERE i.contact_id = $1 AND x.payload <> '{}'`} {
		s.want(1, mine, mine, other)
	}
	s.want(2, "people who stay", `SELECT count(*) FROM contact`)
	if !strings.Contains(before, dump(s.DB, "public.contact", "t")) {
		t.Error("another contact was changed")
	}
}

func TestWhoWasErasedIsNotContactedWhenAListBringsThemBack(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	s.erase(s.id)
	again := s.MakeContact(survey.Contact{Name: "Đặng Thị Mới", Endpoints: []survey.Endpoint{
		{Kind: survey.PhoneNumber, Address: "+84" + markPhone, SMS: true}, {Kind: survey.EmailAddress, Address: markMail}}})
	stranger := s.contacts[0]
	var attempts []survey.AttemptID
	k := s.MakeCampaign(survey.Campaign{Name: "lan-sau"})
	for _, id := range []survey.ContactID{again, stranger} {
		inv := s.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: id})
		attempts = append(attempts, s.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS, DueAt: s.now}))
	}
	inv := survey.InvitationID(s.Int(`SELECT id FROM invitation WHERE campaign_id = $1 AND contact_id = $2`, k.ID, again))
	mail := s.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Mail, DueAt: s.now})

	got := map[survey.AttemptID]bool{}
	chunks, err := s.ChunkDue(t.Context(), s.now, 500, 4)
	if err != nil || len(chunks) != 2 {
		t.Fatalf("%d chunks, %v; want one of texts and one of mails", len(chunks), err)
	}
	for _, c := range chunks {
		_, _, err := s.ClaimAttempts(t.Context(), view.Claim{Chunk: c.ID, Limit: 10, Now: s.now, AddressKeys: twoKeys,
			Gate: func(k view.Candidate) view.Verdict {
				got[k.AttemptID] = k.Suppressed
				return view.Verdict{Event: survey.AttemptCancel, Reason: survey.ReasonSuppressed}
			}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != 3 || !got[attempts[0]] || got[attempts[1]] || !got[mail] {
		t.Errorf("suppressed %v; want %d and %d, not %d", got, attempts[0], mail, attempts[1])
	}
}

func TestErasureWithMessagesOnTheWire(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	first := f.queue(survey.SMS)[0]
	second := f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.SMS, Step: "again", DueAt: f.now})
	chunks, err := f.ChunkDue(t.Context(), f.now, 500, 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		f.claim(c, 10, func(view.Candidate) view.Verdict {
			return view.Verdict{Event: survey.AttemptClaim, Reason: survey.ReasonDue, Conversation: []byte(`{"stage": "questions"}`)}
		})
	}
	if got := f.erase(f.contacts[0]); got.OnTheWire != 2 || got.Cancelled != 0 {
		t.Errorf("on the wire %d, cancelled %d; want 2 and 0", got.OnTheWire, got.Cancelled)
	}
	f.want(0, "conversations", `SELECT count(*) FROM conversation`)
	// One left, the other did not: it does not leave any more.
	f.record(view.AttemptOutcome{ID: first, Event: survey.AttemptAccept, Reason: survey.ReasonHandedOver, ProviderID: "SM9"},
		view.AttemptOutcome{ID: second, Event: survey.AttemptDefer, Reason: survey.ReasonTemporary, DueAt: f.now})
	if a, b := f.state(first), f.state(second); a != survey.AttemptSent || b != survey.AttemptCancelled {
		t.Errorf("%s and %s, want sent and cancelled", a, b)
	}
	f.nothingStranded()
}

func TestErasureWaitsForWhoWritesAndNobodyIsErasedTwice(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	row := f.arrive(f.people[0], "held")
	inside, release := make(chan struct{}), make(chan struct{})
	applied := make(chan error, 1)
	go func() {
		_, err := f.ApplyInbox(context.WithoutCancel(t.Context()), f.people[0], f.now, func(view.Case, view.InboxRow) (view.Change, error) {
			close(inside)
			<-release
			return view.Change{Mode: survey.TextMode, Items: []survey.Item{{Question: "loi", Answer: survey.Answer{Value: markWords}}},
				Conversation: &view.ConversationChange{Mode: survey.TextMode, SenderID: f.senders[survey.SMS], Phone: "+84" + markPhone, State: []byte(`{}`)}}, nil
		})
		applied <- err
	}()
	<-inside
	erased := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := f.ErasePerson(context.WithoutCancel(t.Context()), erasure(f.contacts[0]))
			erased <- err
		}()
	}
	f.awaitLock()
	close(release)
	if err := <-applied; err != nil {
		t.Fatal(err)
	}
	a, b := <-erased, <-erased
	if a == nil {
		a, b = b, a
	}
	if b != nil || survey.KindOf(a) != survey.NotFound {
		t.Errorf("two erasures at once: %v and %v, want one not_found", a, b)
	}
	f.want(1, "blanked", `SELECT count(*) FROM answer_item WHERE value = '' AND missing = 'refused'`)
	f.want(0, "conversations", `SELECT count(*) FROM conversation`)
	f.want(1, "row applied once", `SELECT count(*) FROM inbox WHERE id = $1 AND outcome = 'applied'`, row.ID)
	f.want(1, "on record once", `SELECT count(*) FROM audit WHERE act = 'erase'`)
}

func TestAnErasureThatFailsLeavesEverything(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	before := map[string]string{}
	for _, table := range tables(s.DB) {
		before[table] = dump(s.DB, table, "t")
	}
	o := erasure(s.id)
	o.End = func(view.Case) (view.CaseEnd, error) { return view.CaseEnd{}, context.DeadlineExceeded }
	if _, err := s.ErasePerson(t.Context(), o); err == nil {
		t.Fatal("want the error of End")
	}
	for table, held := range before {
		if dump(s.DB, table, "t") != held {
			t.Errorf("%s was changed", table)
		}
	}
}

func TestAnIDThatWasErasedIsNobodysCode(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	gone, other := f.contacts[0], f.contacts[1]
	f.Exec(`UPDATE contact SET code = $2 WHERE id = $1`, other, fmt.Sprint(gone))
	find := func(id survey.ContactID, code string) (survey.ContactID, error) {
		return f.FindContact(t.Context(), view.ContactRef{ID: id, Code: code})
	}
	if id, err := find(gone, fmt.Sprint(gone)); id != gone || err != nil {
		t.Errorf("found %d, %v; want the ID before the code", id, err)
	}
	f.erase(gone)
	if id, err := find(gone, fmt.Sprint(gone)); survey.KindOf(err) != survey.NotFound {
		t.Errorf("found %d, %v after the erasure; want not_found", id, err)
	}
	if id, err := find(0, fmt.Sprint(gone)); id != other || err != nil {
		t.Errorf("found %d, %v by code; want %d", id, err, other)
	}
	if _, err := find(0, "không có"); survey.CodeOf(err) != survey.CodeNotFound {
		t.Errorf("%v, want not_found", err)
	}
}
