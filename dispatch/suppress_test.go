package dispatch_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func stop(t *testing.T, db *pgtest.DB, who string, change ...func(*dispatch.StopRequest)) (view.StopsPut, error) {
	t.Helper()
	r := dispatch.StopRequest{Who: who, Source: survey.StopByStaff, Words: "gọi lên xin thôi nhận", Actor: "lan", Now: pgtest.Day()}
	for _, c := range change {
		c(&r)
	}
	return dispatch.Suppress(t.Context(), db, ring(t).AddressKey, r)
}

// leaves is how much of a person the real claim lets go: "email sms call", as far
// as it is not barred.
func leaves(t *testing.T, db *pgtest.DB, who survey.ContactID) string {
	t.Helper()
	k := db.MakeCampaign(survey.Campaign{Name: fmt.Sprintf("thu-%d", db.Int(`SELECT count(*) FROM campaign`))})
	inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: who})
	for _, ch := range survey.Channels() {
		db.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: ch})
	}
	now := pgtest.Day().Add(time.Hour)
	chunks, err := db.ChunkDue(t.Context(), now, 500, 4)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range chunks {
		claimed, _, err := db.ClaimAttempts(t.Context(), view.Claim{Chunk: c.ID, Limit: 10, Now: now, AddressKeys: ring(t).AddressKey,
			Gate: func(k view.Candidate) view.Verdict {
				if k.Suppressed || k.Address == "" {
					return view.Verdict{Event: survey.AttemptCancel, Reason: survey.ReasonSuppressed}
				}
				return view.Verdict{Event: survey.AttemptClaim, Reason: survey.ReasonDue}
			}})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range claimed {
			out = append(out, string(k.Channel))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestWhoIsPutOnTheList(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	c := pgtest.Reachable(1)
	c.Code = "0912"
	first := db.MakeContact(c)
	second := db.MakeContact(pgtest.Reachable(2))
	for who, want := range map[string]string{
		"0912": "person 1", "ctv00002": "person 2", " CTV00002 ": "person 2", fmt.Sprint(second): "person 2",
		"0910 000 002": "address 2", "+84910000001": "address 1", "0310000009": "address", "ctv00002@thu.example": "address 2",
		"mailto:CTV00001@THU.example": "address 1",
	} {
		done, err := stop(t, db, who)
		got := ""
		if err == nil && len(done.IDs)+len(done.Standing) == 1 {
			id := append(done.IDs, done.Standing...)[0]
			got = db.Text(`SELECT CASE WHEN address_key IS NULL THEN 'person' ELSE 'address' END FROM suppression WHERE id = $1`, id)
			for _, c := range done.Contacts {
				got += fmt.Sprintf(" %d", c)
			}
		}
		if got != want {
			t.Errorf("%q is %q (%v), want %q", who, got, err, want)
		}
	}
	if first != 1 || second != 2 {
		t.Fatal("the ids are not as expected")
	}
	if n := db.Int(`SELECT count(*) FROM suppression WHERE words LIKE 'gọi lên%' AND actor = 'lan' AND source = 'staff'`); n != 7 {
		t.Errorf("%d entries, want two people and five addresses", n)
	}
	if held := db.Text(`SELECT coalesce(string_agg(to_jsonb(s)::text, ' '), '') FROM suppression s`); strings.Contains(held, "8491") || strings.Contains(held, "thu.example") {
		t.Error("an address is kept in clear")
	}
}

func TestWhatIsNotPutOnTheList(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeContact(pgtest.Reachable(1))
	for name, c := range map[string]struct {
		who    string
		change func(*dispatch.StopRequest)
		want   survey.Code
	}{
		"nobody":                {"CTV77777", nil, survey.CodeStopWho},
		"nothing":               {" ", nil, survey.CodeStopWho},
		"half a mailbox":        {"lan@", nil, survey.CodeEmailInvalid},
		"two numbers":           {"0310000001 / 0310000002", nil, survey.CodePhoneSeveral},
		"digits that Excel ate": {"3.1E+08", nil, survey.CodePhoneDigitsLost},
		"no words":              {"CTV00001", func(r *dispatch.StopRequest) { r.Words = " " }, survey.CodeReasonMissing},
		"no such channel":       {"CTV00001", func(r *dispatch.StopRequest) { r.Channel = "fax" }, survey.CodeUsage},
		"no such source":        {"CTV00001", func(r *dispatch.StopRequest) { r.Source = "provider" }, survey.CodeUsage},
		"no such campaign":      {"CTV00001", func(r *dispatch.StopRequest) { r.Campaign = "khac" }, survey.CodeNotFound},
		"a text to a mailbox":   {"lan@thu.example", func(r *dispatch.StopRequest) { r.Channel = survey.SMS }, survey.CodeStopChannel},
		"a mail to a number":    {"0310000001", func(r *dispatch.StopRequest) { r.Channel = survey.Mail }, survey.CodeStopChannel},
	} {
		change := c.change
		if change == nil {
			change = func(*dispatch.StopRequest) {}
		}
		if _, err := stop(t, db, c.who, change); survey.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if n := db.Int(`SELECT count(*) FROM suppression`) + db.Int(`SELECT count(*) FROM audit`); n != 0 {
		t.Errorf("%d traces", n)
	}
}

// The list holds whatever happens to the contact list: a new list, the old list
// again, a merge, the undoing of an import, an erasure and the list after it.
func TestNothingButTheirOwnWishTakesAnybodyOff(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	const list = "Mã CTV,Họ và tên,Điện thoại,Email,Đồng ý\nCTV001,Nguyễn Văn Xuân,0951 234 567,xuan@thu.example,có\n"
	imported(t, db, list)
	barred := func(what string) {
		t.Helper()
		id := survey.ContactID(db.Int(`SELECT max(id) FROM contact WHERE merged_into IS NULL AND name LIKE '%Xuân'`))
		if got := leaves(t, db, id); got != "" {
			t.Errorf("after %s, %s leave", what, got)
		}
		db.Exec(`UPDATE invitation SET state = 'closed', disposition = '3.11', closed_at = now(), plan_at = NULL WHERE state <> 'closed'`)
	}
	for _, who := range []string{"CTV001", "0951234567", "xuan@thu.example"} {
		if _, err := stop(t, db, who); err != nil {
			t.Fatal(err)
		}
	}
	barred("it was put on the list")
	imported(t, db, list)
	barred("the same list again")
	imported(t, db, "Mã CTV,Họ và tên,Điện thoại,Email,Đồng ý nhận tin nhắn\nCTV001,Nguyễn Văn Xuân,0951234567,XUAN@thu.example,có\n")
	barred("a list that says yes")
	if _, err := dispatch.RecordConsent(t.Context(), db, dispatch.ConsentRequest{Ref: "CTV001", Basis: "consent", Evidence: "phiếu 1", Actor: "lan", Now: pgtest.Day()}); err != nil {
		t.Fatal(err)
	}
	barred("a consent")
	twin := imported(t, db, "Mã CTV,Họ và tên,Điện thoại\nCTV900,Nguyễn Xuân,0311234567\n").Import
	if _, err := dispatch.MergePeople(t.Context(), db, dispatch.MergeRequest{Keep: "CTV900", Drop: "CTV001", Reason: "một người", Actor: "lan", Now: pgtest.Day()}); err != nil {
		t.Fatal(err)
	}
	barred("a merge into another contact")
	if n := db.Int(`SELECT count(*) FROM suppression WHERE words LIKE 'gọi lên%' AND actor = 'lan' AND contact_id IS NOT NULL`); n != 2 {
		t.Errorf("%d entries about the person and who they turned out to be, want both with words and actor", n)
	}
	if _, err := dispatch.UndoImport(t.Context(), db, view.ImportUndo{Import: twin, Reason: "nhầm", Actor: "lan", Now: pgtest.Day()}); err == nil {
		t.Error("an import was undone under a merge")
	}
	if _, err := dispatch.ErasePerson(t.Context(), db, ring(t), dispatch.PersonRequest{Ref: "CTV900", Reason: "đơn 7", Actor: "lan", Now: pgtest.Day()}); err != nil {
		t.Fatal(err)
	}
	if held := db.Text(`SELECT coalesce(string_agg(to_jsonb(s)::text, ' '), '') FROM suppression s`); strings.Contains(held, "gọi lên") {
		t.Error("words outlived the erasure")
	}
	imported(t, db, list)
	barred("the list that brings back who was erased")
	if n := db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NOT NULL`); n != 0 {
		t.Errorf("%d entries were lifted", n)
	}
}

// An undone import takes back what the list said of people, not what they or staff
// said.
func TestAnUndoneImportLiftsItsOwnEntriesOnly(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, "Mã CTV,Họ và tên,Điện thoại\nCTV001,Lê Hà,0310000001\n")
	id := imported(t, db, "Mã CTV,Họ và tên,Điện thoại,Ghi chú\nCTV001,Lê Hà,0310000001,không tham gia\n").Import
	if _, err := stop(t, db, "0310000001"); err != nil {
		t.Fatal(err)
	}
	if _, err := dispatch.UndoImport(t.Context(), db, view.ImportUndo{Import: id, Reason: "nhầm tệp", Actor: "mai", Now: pgtest.Day()}); err != nil {
		t.Fatal(err)
	}
	if got := db.Text(`SELECT string_agg(source || ' ' || (lifted_at IS NOT NULL) || ' ' || lifted_by, ', ' ORDER BY id) FROM suppression`); got != "import true mai, staff false " {
		t.Errorf("entries: %s", got)
	}
}

func TestOnlyAnAttestedWishLifts(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeContact(pgtest.Reachable(1))
	done, err := stop(t, db, "CTV00001")
	if err != nil {
		t.Fatal(err)
	}
	r := dispatch.LiftRequest{ID: done.IDs[0], Proof: "phiếu 12", Words: "muốn nhận lại", Actor: "mai", Now: pgtest.Day()}
	for _, c := range []dispatch.LiftRequest{{ID: r.ID}, {ID: r.ID, Proof: r.Proof}, {ID: r.ID, Words: r.Words}, {ID: r.ID, Proof: " ", Words: "x"}} {
		if _, err := dispatch.Lift(t.Context(), db, c); survey.CodeOf(err) != survey.CodeOptInProof {
			t.Errorf("%+v: %v, want opt_in_proof", c, err)
		}
	}
	if _, err := dispatch.Lift(t.Context(), db, r); err != nil {
		t.Fatal(err)
	}
	shown, err := dispatch.ShowStops(t.Context(), db, ring(t).AddressKey, "ctv00001")
	if err != nil || len(shown.Entries) != 1 || shown.Entries[0].LiftedSource != "phiếu 12" || shown.Contact != "CTV00001" {
		t.Errorf("%+v, %v", shown, err)
	}
}

// Of a person, all entries about them and their addresses; of an address, those
// about it, with who has it.
func TestWhatTheListSaysOfSomebody(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for i := range 2 {
		db.MakeContact(pgtest.Reachable(i + 1))
	}
	for _, who := range []string{"CTV00001", "0910000001", "ctv00002@thu.example", "0310000009"} {
		if _, err := stop(t, db, who); err != nil {
			t.Fatal(err)
		}
	}
	show := func(who string) string {
		t.Helper()
		s, err := dispatch.ShowStops(t.Context(), db, ring(t).AddressKey, who)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range s.Entries {
			line := fmt.Sprintf("%d %s", e.ID, e.Address)
			for _, h := range e.Holders {
				line += " " + h.Code
			}
			out = append(out, strings.TrimSpace(line))
		}
		return strings.Join(out, "; ")
	}
	for who, want := range map[string]string{
		"CTV00001": "1; 2 +84910000001 CTV00001", "0910000001": "2 +84910000001 CTV00001", "CTV00002": "3 ctv00002@thu.example CTV00002",
		"0310000009": "4 +84310000009", "0310000008": "",
	} {
		if got := show(who); got != want {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
	}
	n := 0
	for r, err := range dispatch.Stops(t.Context(), db, ring(t).AddressKey, dispatch.StopQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; r.ID == 3 && (len(r.Holders) != 1 || r.Holders[0].Code != "CTV00002") {
			t.Errorf("%+v", r)
		}
	}
	if n != 4 {
		t.Errorf("%d entries", n)
	}
}

func stopFile(t *testing.T, db dispatch.StopImportStore, file, column string, change ...func(*dispatch.StopImport)) (dispatch.StopImported, error) {
	t.Helper()
	list, err := contactlist.OpenColumn("dnc.csv", bytes.NewReader([]byte(file)), int64(len(file)), column)
	if err != nil {
		t.Fatal(err)
	}
	r := dispatch.StopImport{StopRequest: dispatch.StopRequest{Words: "danh sách xã gửi", Actor: "lan", Now: pgtest.Day()}, File: "dnc.csv", List: list}
	for _, c := range change {
		c(&r)
	}
	return dispatch.SuppressFile(t.Context(), db, ring(t).AddressKey, r)
}

func faults(d dispatch.StopImported) string {
	var out []string
	for _, e := range d.Faults {
		out = append(out, e.Where+" "+string(e.Code))
	}
	return strings.Join(out, ", ")
}

// A file of codes, numbers and mailboxes in one column: the good rows at once, the
// bad ones told by row.
func TestAFileOfStops(t *testing.T) {
	t.Parallel()
	db, _ := fielding(t, 3)
	db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.SMS})
	db.MakeAttempt(survey.Attempt{InvitationID: 2, Channel: survey.Mail})
	db.MakeAttempt(survey.Attempt{InvitationID: 3, Channel: survey.Mail})
	const file = "ctv00001\n0910 000 002\nlan@la.example\nCTV77777\nCTV00001\n3.1E+08\n0910000002 / 0310000009\nhà@sai\n"
	dry, err := stopFile(t, db, file, "", func(r *dispatch.StopImport) { r.DryRun = true })
	if err != nil || db.Int(`SELECT count(*) FROM suppression`)+db.Int(`SELECT count(*) FROM audit`) != 0 {
		t.Fatalf("a dry run: %+v, %v", dry, err)
	}
	done, err := stopFile(t, db, file, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := faults(done), "6 phone_digits_lost, 8 email_invalid, 4 stop_code_unknown"; got != want {
		t.Errorf("faults %s, want %s", got, want)
	}
	if done.Rows != 8 || done.People != 1 || done.Addresses != 3 || done.Put != 4 || done.Standing != 0 || done.Repeated != 1 || done.Rejected != 3 ||
		done.Contacts != 2 || done.Cancelled != 1 {
		t.Errorf("%+v", done)
	}
	dry.DryRun, dry.Faults, dry.Told = false, done.Faults, done.Told
	if fmt.Sprint(dry) != fmt.Sprint(done) {
		t.Errorf("the dry run said %+v, it did %+v", dry, done)
	}
	if n := db.Int(`SELECT count(*) FROM suppression WHERE source = 'import' AND words = 'danh sách xã gửi' AND actor = 'lan' AND scope = 'all'`); n != 4 {
		t.Errorf("%d entries", n)
	}
	if n := db.Int(`SELECT count(*) FROM suppression WHERE contact_id IS NULL AND octet_length(address_key) = 32`); n != 3 {
		t.Errorf("%d entries are keyed hashes alone", n)
	}
	if n := db.Int(`SELECT count(*) FROM audit WHERE act = 'suppress' AND detail @> '{"file": "dnc.csv", "rows": 8, "rejected": 3, "entries": 4}'`); n != 1 {
		t.Errorf("%d acts on record", n)
	}
	again, err := stopFile(t, db, file, "")
	if err != nil || again.Put != 0 || again.Standing != 4 {
		t.Errorf("the same file again: %+v, %v", again, err)
	}
}

func TestAFileOfStopsForOneChannelAndCampaign(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 2)
	sms := func(r *dispatch.StopImport) { r.Channel, r.Campaign = survey.SMS, k.Name }
	done, err := stopFile(t, db, "Mã CTV,SĐT,E-mail\nCTV00001,0910000001,x@la.example\n,0910000002,y@la.example\n", "SĐT", sms)
	if err != nil || done.Put != 2 || done.Rejected != 0 {
		t.Errorf("%+v, %v", done, err)
	}
	if n := db.Int(`SELECT count(*) FROM suppression WHERE channel = 'sms' AND scope = 'campaign' AND campaign_id = $1`, k.ID); n != 2 {
		t.Errorf("%d entries", n)
	}
	done, err = stopFile(t, db, "E-mail\nx@la.example\n", "", sms)
	if err != nil || faults(done) != "2 stop_channel" || done.Put != 0 {
		t.Errorf("mailboxes that shall get no texts: %+v, %v", done, err)
	}
	if _, err := stopFile(t, db, "CTV00001\n", "", func(r *dispatch.StopImport) { r.Words = "" }); survey.CodeOf(err) != survey.CodeReasonMissing {
		t.Errorf("without words: %v", err)
	}
	// A column of codes is not read as numbers, and a column of numbers not as codes.
	db.Exec(`UPDATE contact SET code = '0910000002' WHERE id = 1`)
	done, err = stopFile(t, db, "Mã CTV\n0910000002\n", "")
	if err != nil || done.People != 1 || done.Addresses != 0 {
		t.Errorf("codes of figures: %+v, %v", done, err)
	}
	done, err = stopFile(t, db, "SĐT\nCTV00002\n", "")
	if err != nil || faults(done) != "2 phone_invalid" {
		t.Errorf("a code among numbers: %+v, %v", done, err)
	}
}

// cutOff is a store whose database goes away while the file is being recorded.
type cutOff struct{ *pgtest.DB }

func (c cutOff) PutStops(ctx context.Context, o view.StopOrder) (view.StopsPut, error) {
	o.DryRun = true // it did everything, and kept nothing
	_, err := c.DB.PutStops(ctx, o)
	if err == nil {
		err = &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
	}
	return view.StopsPut{}, err
}

func TestAFileThatIsCutOffIsNotHalfDone(t *testing.T) {
	t.Parallel()
	db, _ := fielding(t, 2)
	if _, err := stopFile(t, cutOff{db}, "CTV00001\nCTV00002\n", ""); survey.KindOf(err) != survey.Unavailable {
		t.Errorf("%v", err)
	}
	if n := db.Int(`SELECT count(*) FROM suppression`); n != 0 {
		t.Errorf("%d entries", n)
	}
	done, err := stopFile(t, db, "CTV00001\nCTV00002\n", "")
	if err != nil || done.Put != 2 {
		t.Errorf("%+v, %v", done, err)
	}
}
