package dispatch_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/results"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// references are what people write, and what it means: by ID (0 none) and code.
var references = []struct {
	text string
	want view.ContactRef
}{
	{"17", view.ContactRef{ID: 17, Code: "17"}},
	{" 17 ", view.ContactRef{ID: 17, Code: "17"}},
	{"CTV001", view.ContactRef{Code: "CTV001"}},
	{"0017", view.ContactRef{Code: "0017"}},
	{"0", view.ContactRef{Code: "0"}},
	{"-17", view.ContactRef{Code: "-17"}},
	{"+17", view.ContactRef{Code: "+17"}},
	{"1_7", view.ContactRef{Code: "1_7"}},
	{"0x11", view.ContactRef{Code: "0x11"}},
	{"9223372036854775807", view.ContactRef{ID: 1<<63 - 1, Code: "9223372036854775807"}},
	{"9223372036854775808", view.ContactRef{Code: "9223372036854775808"}},
	{"", view.ContactRef{}},
}

func TestParseContactRef(t *testing.T) {
	t.Parallel()
	for _, tc := range references {
		if got := dispatch.ParseContactRef(tc.text); got != tc.want {
			t.Errorf("%q is %+v, want %+v", tc.text, got, tc.want)
		}
	}
}

func FuzzParseContactRef(f *testing.F) {
	for _, tc := range references {
		f.Add(tc.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := dispatch.ParseContactRef(text)
		if got.Code != strings.TrimSpace(text) {
			t.Errorf("the code of %q is %q", text, got.Code)
		}
		if got.ID != 0 && fmt.Sprint(got.ID) != got.Code {
			t.Errorf("%q is ID %d, which is written otherwise", text, got.ID)
		}
	})
}

// openWords is a questionnaire with each kind of answer.
const openWords = `name: loi
title: Lời | Words
languages: [vi, en]
minutes: 1
questions:
  - name: huong
    type: single
    kind: own_opinion
    key: true
    label: Hướng nào? | Which way?
    choices:
      1: Tốt lên | Better
      2: {label: Khác | Other, other: true}
  - name: nguon
    type: multiple
    kind: own_opinion
    at_most: 2
    label: Nguồn nào? | Which sources?
    choices:
      1: Báo | Papers
      2: Đài | Radio
  - name: may
    type: integer
    kind: what_i_hear
    min: 0
    max: 100
    label: Mấy người? | How many?
  - name: loi
    type: text
    kind: what_i_hear
    label: Việc gì? | What?
  - name: them
    type: text
    kind: what_i_hear
    label: Gì nữa? | What else?
`

func request(ref string) dispatch.PersonRequest {
	return dispatch.PersonRequest{Ref: ref, Reason: "đơn số 12 ngày 03/12", Actor: "lan", Now: pgtest.Day().Add(time.Hour)}
}

// itemsOf are the stored answers of a response, as question=value/missing.
func itemsOf(db *pgtest.DB, id survey.ResponseID) string {
	return db.Text(`SELECT string_agg(question || '=' || value || '/' || missing, ' ' ORDER BY question) FROM answer_item WHERE response_id = $1`, string(id))
}

func TestErasureBlanksWordsAndKeepsCodes(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	k := db.MakeCampaign(survey.Campaign{QuestionnaireID: db.MakeQuestionnaire("loi", openWords)})
	inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(1)), State: survey.InvitationClosed,
		Disposition: survey.Complete})
	id := db.MakeResponse(inv, survey.ResponseSubmitted, survey.Web, survey.Answers{"huong": {Value: "2"}, "huong_khac": {Value: "nhà tôi"},
		"nguon": {Value: "1 2"}, "may": {Value: "17"}, "loi": {Value: "x"}, "them": {Missing: survey.MissingDontKnow}, "cau_cu": {Value: "1"}})
	got, err := dispatch.ErasePerson(t.Context(), db, ring(t), request("CTV00001"))
	if err != nil {
		t.Fatal(err)
	}
	want := "cau_cu=/refused huong=2/ huong_khac=/refused loi=/refused may=17/ nguon=1 2/ them=/dont_know"
	if items := itemsOf(db, id); items != want || got.Texts != 3 {
		t.Errorf("%s with %d blanked\nwant %s", items, got.Texts, want)
	}
}

func TestAnOpenCaseEndsAsTheRulesSay(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		state    survey.InvitationState
		progress string
		want     survey.Disposition
		stays    survey.InvitationState
	}{
		{"nothing answered", survey.InvitationOpen, `{}`, survey.RefusalByPerson, survey.InvitationClosed},
		{"too little answered", survey.InvitationStarted, `{"applicable": 5, "answered": 1}`, survey.RefusalByPerson, survey.InvitationClosed},
		{"enough answered", survey.InvitationStarted, `{"applicable": 5, "answered": 4, "keys": true}`, survey.PartialSufficient, survey.InvitationClosed},
		{"never out", survey.InvitationHeld, `{}`, "", survey.InvitationWithdrawn},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			db.MakeSenders()
			k := db.MakeCampaign(survey.Campaign{})
			inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(1)), State: tc.state})
			db.Exec(`UPDATE invitation SET progress = $2 WHERE id = $1`, inv, tc.progress)
			if _, err := dispatch.ErasePerson(t.Context(), db, ring(t), request("CTV00001")); err != nil {
				t.Fatal(err)
			}
			got := db.Text(`SELECT state || ' ' || coalesce(disposition, '') FROM invitation WHERE id = $1`, inv)
			if want := fmt.Sprintf("%s %s", tc.stays, tc.want); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// The frame, the draw and the figures do not notice that somebody was erased.
func TestErasureLeavesFrameDrawAndFiguresValid(t *testing.T) {
	t.Parallel()
	db := house(t)
	people(db, 60)
	if _, err := create(t, db, decemberSpec); err != nil {
		t.Fatal(err)
	}
	keys := ring(t)
	got, err := dispatch.Launch(t.Context(), db, keys, order("ky-2026-12"))
	if err != nil {
		t.Fatal(err)
	}
	sample := drawn(t, db)
	for i, inv := range sample {
		id := survey.InvitationID(db.Int(`SELECT id FROM invitation WHERE contact_id = $1`, inv))
		switch i % 4 {
		case 0: // answered
			db.MakeResponse(id, survey.ResponseSubmitted, survey.Web, survey.Answers{"huong": {Value: survey.AnswerText(fmt.Sprint(i%3 + 1))}, "nghe": {Value: "3"}})
			db.Exec(`UPDATE invitation SET state = 'closed', disposition = '1.1', closed_at = now(), plan_at = NULL WHERE id = $1`, id)
		case 1: // on the way, and written to
			db.MakeAttempt(survey.Attempt{InvitationID: id, Channel: survey.Mail, State: survey.AttemptSent})
			db.MakeAttempt(survey.Attempt{InvitationID: id, Channel: survey.SMS})
		}
	}
	before, err := dispatch.Tabulate(t.Context(), db, "ky-2026-12")
	if err != nil {
		t.Fatal(err)
	}
	outside := survey.ContactID(db.Int(`SELECT min(contact_id) FROM frame_unit f WHERE NOT EXISTS (SELECT 1 FROM invitation i WHERE i.contact_id = f.contact_id)`))
	for _, id := range append(sample[:8:8], outside) {
		if _, err := dispatch.ErasePerson(t.Context(), db, keys, request(fmt.Sprint(id))); err != nil {
			t.Fatal(err)
		}
	}

	units := frame(t, db)
	if hash := sampling.FrameHash(units); hash != got.Frame.Hash || len(units) != 60 {
		t.Errorf("the hash over %d lines is %s, the frame's is %s", len(units), hash, got.Frame.Hash)
	}
	var again []survey.ContactID
	for _, d := range got.Sample.Strata {
		for _, u := range sampling.Select(units, d) {
			again = append(again, u.ContactID)
		}
	}
	slices.Sort(again)
	if !slices.Equal(again, sample) {
		t.Errorf("the draw repeated takes %v, want %v", again, sample)
	}
	l, err := dispatch.Ledger(t.Context(), db, "ky-2026-12")
	if err != nil {
		t.Fatal(err)
	}
	if bad := results.Balance(l); len(bad) > 0 || l.Submitted != 5 {
		t.Errorf("the laws: %v, %d submitted; want 5", bad, l.Submitted)
	}
	after, err := dispatch.Tabulate(t.Context(), db, "ky-2026-12")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(before.Tables, after.Tables) || after.Outcome.Total.Counts[survey.RefusalByPerson] != 6 {
		t.Errorf("tables changed, or %d refusals; want 6", after.Outcome.Total.Counts[survey.RefusalByPerson])
	}
	if n := db.Int(`SELECT count(*) FROM token t JOIN invitation i ON i.id = t.invitation_id WHERE i.contact_id = ANY($1::bigint[])`,
		"{"+strings.Trim(strings.ReplaceAll(fmt.Sprint(sample[:8]), " ", ","), "[]")+"}"); n != 0 {
		t.Errorf("%d links still open", n)
	}
}

// drawn are the contacts of every case, by ID.
func drawn(t *testing.T, db *pgtest.DB) []survey.ContactID {
	t.Helper()
	var out []survey.ContactID
	err := json.Unmarshal([]byte(db.Text(`SELECT jsonb_agg(contact_id ORDER BY contact_id) FROM invitation`)), &out)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// frame are the lines of the only frame.
func frame(t *testing.T, db *pgtest.DB) []survey.FrameUnit {
	t.Helper()
	rows, err := db.SQL().QueryContext(t.Context(), `SELECT contact_id, stratum, random_number FROM frame_unit`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []survey.FrameUnit
	for rows.Next() {
		var u survey.FrameUnit
		if err := rows.Scan(&u.ContactID, &u.Stratum, &u.Random); err != nil {
			t.Fatal(err)
		}
		out = append(out, u)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestErasureWantsAReasonThatNamesNobody(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	c := pgtest.Reachable(7)
	c.Name = "Lê Thị Hồng Ánh"
	id := db.MakeContact(c)
	for reason, want := range map[string]survey.Code{
		"":                           survey.CodeReasonMissing,
		" \t":                        survey.CodeReasonMissing,
		"bà Lê Thị Hồng Ánh xin":     survey.CodeReasonNames,
		"ba LE THI HONG ANH xin":     survey.CodeReasonNames,
		"đơn của ctv00007, tháng 12": survey.CodeReasonNames,
		"gọi từ 0910 000 007":        survey.CodeReasonNames,
		"gọi từ (+84) 91.0000.007":   survey.CodeReasonNames,
		"thư từ CTV00007@thu.example hôm trước": survey.CodeReasonNames,
	} {
		r := request(fmt.Sprint(id))
		r.Reason = reason
		if _, err := dispatch.ErasePerson(t.Context(), db, ring(t), r); survey.CodeOf(err) != want {
			t.Errorf("%q: %v, want %s", reason, err, want)
		}
	}
	if n := db.Int(`SELECT count(*) FROM contact`); n != 1 {
		t.Fatal("somebody was erased without a reason")
	}
	r := request(fmt.Sprint(id))
	r.Reason = "đơn số 0910 ngày 03/12, do Lê Thị Hồng chuyển"
	if _, err := dispatch.ErasePerson(t.Context(), db, ring(t), r); err != nil {
		t.Errorf("a reason that names somebody else: %v", err)
	}
	if _, err := dispatch.ErasePerson(t.Context(), db, ring(t), r); survey.KindOf(err) != survey.NotFound {
		t.Errorf("the second time: %v, want not_found", err)
	}
}

func TestDossierIsOnRecordAndWantsAReason(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeContact(pgtest.Reachable(7))
	var out bytes.Buffer
	if err := dispatch.WriteDossier(t.Context(), db, ring(t), dispatch.PersonRequest{Ref: "CTV00007"}, &out); survey.CodeOf(err) != survey.CodeReasonMissing {
		t.Errorf("%v, want reason_missing", err)
	}
	if err := dispatch.WriteDossier(t.Context(), db, ring(t), request("nobody"), &out); survey.KindOf(err) != survey.NotFound {
		t.Errorf("%v, want not_found", err)
	}
	if out.Len() > 0 || db.Int(`SELECT count(*) FROM audit`) != 0 {
		t.Error("something was written for nobody or for no reason")
	}
	if err := dispatch.WriteDossier(t.Context(), db, ring(t), request("ctv00007"), &out); err != nil {
		t.Fatal(err)
	}
	var d view.Dossier
	if err := json.Unmarshal(out.Bytes(), &d); err != nil || !strings.Contains(string(d.Endpoints), "ctv00007@thu.example") {
		t.Errorf("the dossier: %v, %s", err, d.Endpoints)
	}
	if db.Int(`SELECT count(*) FROM audit WHERE act = 'export'`) != 1 {
		t.Error("the export is not on record")
	}
}
