package dispatch_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/instrument"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
)

// near reports whether p is v, to rounding.
func near(p *float64, v float64) bool { return p != nil && math.Abs(*p-v) < 1e-9 }

// fielded is a campaign of two strata with one case of each kind of end.
func fielded(t *testing.T, state survey.CampaignState) *pgtest.DB {
	t.Helper()
	db := pgtest.New(t)
	db.MakeSenders()
	k := db.MakeCampaign(survey.Campaign{State: state})
	n := 0
	person := func(stratum string, weight float64, state survey.InvitationState, code survey.Disposition) survey.InvitationID {
		n++
		return db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(n)), Stratum: stratum,
			Inclusion: 1 / weight, Weight: weight, State: state, Disposition: code})
	}
	closed := survey.InvitationClosed
	a := person("C1", 2, closed, survey.Complete)
	b := person("C1", 2, closed, survey.Complete)
	c := person("C2", 4, closed, survey.PartialSufficient)
	d := person("C2", 4, closed, survey.NothingReturned)
	person("C1", 2, closed, survey.RefusalByPerson)
	db.MakeResponse(a, survey.ResponseSubmitted, survey.Web, survey.Answers{"huong": {Value: "1"}, "nghe": {Value: "3"}})
	db.MakeResponse(b, survey.ResponseSubmitted, survey.Voice, survey.Answers{"huong": {Value: "3"}, "nghe": {Missing: survey.MissingDontKnow}})
	db.MakeResponse(c, survey.ResponseStarted, survey.TextMode, survey.Answers{"huong": {Value: "1"}})
	db.MakeResponse(d, survey.ResponseStarted, survey.Web, survey.Answers{"nghe": {Value: "1"}})
	voided := person("C2", 4, closed, survey.BreakOff)
	db.MakeResponse(voided, survey.ResponseVoided, survey.Web, survey.Answers{"huong": {Value: "2"}})
	return db
}

func TestTabulate(t *testing.T) {
	t.Parallel()
	db := fielded(t, survey.CampaignClosed)
	got, err := dispatch.Tabulate(t.Context(), db, "vi-du")
	if err != nil {
		t.Fatal(err)
	}
	if got.Submitted != 2 || got.Partials != 1 {
		t.Errorf("%d submitted, %d partials; want 2, 1", got.Submitted, got.Partials)
	}
	if o := got.Outcome; o.Total.Cases != 6 || !near(o.Total.Rates.RR1, 2.0/6) || !near(o.Total.Rates.RR2, 3.0/6) || len(o.Strata) != 2 {
		t.Errorf("outcome %+v", o.Total)
	}
	for i, want := range []struct{ complete, partial int }{{1, 0}, {0, 1}, {1, 0}} {
		if m := got.Outcome.Total.Modes[i]; m.Complete != want.complete || m.Partial != want.partial || !near(m.RR2, 1.0/6) {
			t.Errorf("by %s: %+v, want %+v", m.Mode, m, want)
		}
	}
	if len(got.Tables) != 2 {
		t.Fatalf("%d tables, want 2", len(got.Tables))
	}
	better := got.Tables[0].Lines[0]
	if better.Count.N != 2 || better.Count.Weighted != 6 || !near(better.Percent, 200.0/3) || !near(better.WeightedPercent, 75) {
		t.Errorf("line %+v, want two of three, weighing 6 of 8", better)
	}
	heard := got.Tables[1]
	if heard.Sentence != results.SentenceNamedBy || heard.Base.N != 1 || len(heard.Missing) != 2 ||
		heard.Missing[1].Reason != survey.MissingNotReached {
		t.Errorf("table %+v", heard)
	}
}

// By number of contacts: what was handed over before the outcome counts, whatever
// became of it; what was never handed over, and what was on its way, does not.
func TestOutcomeByContacts(t *testing.T) {
	t.Parallel()
	db := fielded(t, survey.CampaignFielding)
	k, err := db.CampaignByName(t.Context(), "vi-du")
	if err != nil {
		t.Fatal(err)
	}
	person := func(i survey.Invitation) survey.InvitationID {
		i.CampaignID, i.ContactID, i.Stratum, i.Inclusion, i.Weight = k.ID, db.MakeContact(pgtest.Reachable(90+db.Int(`SELECT count(*) FROM contact`))), "C1", 0.5, 2
		return db.MakeInvitation(i)
	}
	open, untouched := person(survey.Invitation{}), person(survey.Invitation{})
	held := person(survey.Invitation{State: survey.InvitationHeld, Replicate: 0})
	db.Exec(`INSERT INTO replicate (campaign_id, number, state) VALUES ($1, 1, 'held')`, k.ID)
	db.Exec(`UPDATE invitation SET replicate = 1, plan_at = NULL WHERE id = $1`, held)
	hour := func(n int) time.Time { return pgtest.Day().Add(time.Duration(n) * time.Hour) }
	db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.Mail, State: survey.AttemptDelivered, SentAt: hour(-3)})
	db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.SMS, State: survey.AttemptUndelivered, SentAt: hour(-2)})
	db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.Call, State: survey.AttemptSent, SentAt: hour(1)}) // on its way when she answered
	db.MakeAttempt(survey.Attempt{InvitationID: 2, Channel: survey.Mail, State: survey.AttemptUnknown, DueAt: hour(-1)})
	db.MakeAttempt(survey.Attempt{InvitationID: 2, Channel: survey.SMS, State: survey.AttemptFailed, DueAt: hour(-1)})
	db.MakeAttempt(survey.Attempt{InvitationID: open, Channel: survey.Mail, State: survey.AttemptSending})
	db.MakeAttempt(survey.Attempt{InvitationID: untouched, Channel: survey.Mail})
	for name, outcome := range map[string]func() (results.Outcome, error){
		"results": func() (results.Outcome, error) {
			r, err := dispatch.Tabulate(t.Context(), db, "vi-du")
			return r.Outcome, err
		},
		"status": func() (results.Outcome, error) {
			s, err := dispatch.StatusInFull(t.Context(), db, "vi-du", pgtest.Day())
			return s.Outcome, err
		},
	} {
		o, err := outcome()
		if err != nil {
			t.Fatal(err)
		}
		g := o.Total
		// Of six closed cases two had contacts, and the partial answered without; of the open ones one.
		if g.Cases != 8 || g.Open != 2 || g.Invited != 4 || !near(g.Rates.Participation, 3.0/4) || !near(g.Rates.RR1, 2.0/8) {
			t.Errorf("%s: %d cases, %d open, %d invited, %+v", name, g.Cases, g.Open, g.Invited, g.Rates)
		}
		if len(g.Contacts) != 3 || g.Contacts[0].Usable != 1 || g.Contacts[1].Usable != 2 || g.Contacts[2].Usable != 3 ||
			g.Contacts[1].Had != 3 || g.Contacts[2].Had != 1 {
			t.Errorf("%s: %+v", name, g.Contacts)
		}
		if g.Modes[0].Complete != 1 || g.Modes[2].Complete != 1 {
			t.Errorf("%s: %+v", name, g.Modes)
		}
	}
	s, err := dispatch.Status(t.Context(), db, "vi-du", pgtest.Day())
	if err != nil || s.Outcome.Total.Cases != 8 || s.Listed != survey.EligibilityAssumed || s.Outcome.Total.Modes[0].Complete != 0 {
		t.Errorf("status %+v, %v", s.Outcome.Total, err)
	}
}

func TestPartialsDoNotCountBeforeTheEnd(t *testing.T) {
	t.Parallel()
	db := fielded(t, survey.CampaignFielding)
	got, err := dispatch.Tabulate(t.Context(), db, "vi-du")
	if err != nil || got.Submitted != 2 || got.Partials != 0 {
		t.Errorf("%d submitted, %d partials, %v; want 2, 0", got.Submitted, got.Partials, err)
	}
}

const withOther = `name: khac
title: Khác | Other
languages: [vi, en]
minutes: 1
questions:
  - name: viec
    type: single
    kind: what_i_hear
    label: Việc gì? | What?
    choices:
      1: Giá cả | Prices
      2: {label: Việc khác | Something else, other: true}
  - name: sao
    type: text
    kind: own_opinion
    label: Vì sao? | Why?
    relevant: ${viec} = '1'
`

func TestExport(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := db.MakeCampaign(survey.Campaign{QuestionnaireID: db.MakeQuestionnaire("khac", withOther)})
	for i, a := range []survey.Answers{
		{"viec": {Value: "1"}, "sao": {Value: "=cmd()"}},
		{"viec": {Value: "2"}, "viec_khac": {Value: "chợ"}},
		{"viec": {Missing: survey.MissingRefused}},
	} {
		inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(i))})
		db.MakeResponse(inv, survey.ResponseSubmitted, survey.Web, a)
	}
	export := func(free bool) string {
		var out bytes.Buffer
		if err := dispatch.ExportAnswers(t.Context(), db, dispatch.ExportRequest{Campaign: "vi-du", FreeText: free}, &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	got := export(true)
	if !strings.HasPrefix(got, "\ufeffresponse,stratum,weight,mode,viec,viec_missing,viec_khac,viec_khac_missing,sao,sao_missing\n") {
		t.Errorf("header of %s", got)
	}
	for _, want := range []string{",1,,,not_applicable,'=cmd(),\n", ",2,,chợ,,,not_applicable\n", ",,refused,,not_applicable,,not_applicable\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no line %q in\n%s", want, got)
		}
	}
	if masked := export(false); strings.Contains(masked, "chợ") || strings.Contains(masked, "cmd") {
		t.Errorf("words in\n%s", masked)
	}
	var book bytes.Buffer
	if err := dispatch.ExportCodebook(t.Context(), db, dispatch.ExportRequest{Campaign: "vi-du"}, &book); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(book.String(), "viec_khac,text,") {
		t.Errorf("codebook\n%s", book.String())
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	db := fielded(t, survey.CampaignFielding)
	k, err := db.CampaignByName(t.Context(), "vi-du")
	if err != nil {
		t.Fatal(err)
	}
	open := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(99)), Stratum: "C1"})
	db.MakeAttempt(survey.Attempt{InvitationID: open, Channel: survey.Mail, State: survey.AttemptDelivered, SentAt: pgtest.Day()})
	db.MakeAttempt(survey.Attempt{InvitationID: open, Channel: survey.SMS, DueAt: pgtest.Day().Add(-time.Minute)})
	db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload) VALUES ('text', 'twilio', 'SM1', now(), $1, '{}')`, open)
	db.Exec(`INSERT INTO stratum_draw VALUES ($1, 'C1', 10, 4, 0), ($1, 'C2', 12, 3, 0)`, k.ID)
	db.Exec(`INSERT INTO frame VALUES ($1, now(), 'x', 22)`, k.ID)
	s, err := dispatch.Status(t.Context(), db, "vi-du", pgtest.Day())
	if err != nil {
		t.Fatal(err)
	}
	if s.Frame != 22 || s.Invitations[survey.InvitationClosed] != 6 || s.Invitations[survey.InvitationOpen] != 1 ||
		s.Closed[survey.Complete] != 2 || s.Unapplied != 1 || !s.NextDue.Equal(pgtest.Day().Add(-time.Minute)) {
		t.Errorf("status %+v", s)
	}
	if fmt.Sprint(s.Attempts) != "[{email email delivered  1 1 0 0} {sms sms queued  1 1 0 0}]" {
		t.Errorf("attempts %v", s.Attempts)
	}
	if len(s.Strata) != 2 || s.Strata[0].Open != 1 || s.Strata[0].Closed != 3 || s.Strata[0].Submitted != 2 || s.Strata[1].Sample != 3 {
		t.Errorf("strata %+v", s.Strata)
	}
	if _, err := dispatch.Status(t.Context(), db, "no such", pgtest.Day()); survey.KindOf(err) != survey.NotFound {
		t.Errorf("no such campaign: %v", err)
	}
}

func TestTheBalanceHoldsAndSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	db := fielded(t, survey.CampaignClosed)
	ledger := func() []results.Violation {
		l, err := dispatch.Ledger(t.Context(), db, "vi-du")
		if err != nil {
			t.Fatal(err)
		}
		if !l.Ended || l.Released != 6+db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`) || l.Submitted != 2 || l.ResultRows != 2 {
			t.Errorf("ledger %+v", l)
		}
		return results.Balance(l)
	}
	inv := survey.InvitationID(db.Int(`SELECT min(id) FROM invitation`))
	sent := db.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Mail, State: survey.AttemptDelivered, SentAt: pgtest.Day()})
	db.Exec(`INSERT INTO event (at, kind, campaign_id, invitation_id, actor)
		SELECT now(), 'submitted', campaign_id, id, 'respondent' FROM invitation WHERE id = $1`, inv)
	stop := db.Int(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome)
		VALUES ('text', 'twilio', 'SM1', now(), $1, '{}', clock_timestamp(), 'applied') RETURNING id`, inv)
	db.Exec(`INSERT INTO suppression (contact_id, scope, source, inbox_id, at) SELECT contact_id, 'all', 'sms', $2, now() FROM invitation WHERE id = $1`, inv, stop)
	if got := ledger(); got != nil {
		t.Fatalf("violations %v of a sound record", got)
	}
	for name, c := range map[string]struct {
		law        results.Law
		harm, mend string
	}{
		"sent after the person was done": {results.LawSubmit, `UPDATE attempt SET claimed_at = clock_timestamp() WHERE id = $1`,
			`UPDATE attempt SET claimed_at = now() - interval '1 hour' WHERE id = $1`},
		"an attempt on the way": {results.LawSettled, `UPDATE attempt SET state = 'sending' WHERE id = $1`,
			`UPDATE attempt SET state = 'delivered' WHERE id = $1`},
		"a reply not applied": {results.LawInbox, `UPDATE inbox SET applied_at = NULL, outcome = '' WHERE $1 > 0`,
			`UPDATE inbox SET applied_at = clock_timestamp(), outcome = 'applied' WHERE $1 > 0`},
		"a case left open": {results.LawDisposition, `INSERT INTO invitation (campaign_id, contact_id, stratum, replicate, inclusion, weight, state)
			SELECT campaign_id, 0, '', 0, 1, 1, 'open' FROM attempt WHERE id = $1`,
			`DELETE FROM invitation WHERE contact_id = 0 AND $1 > 0`},
		"an opt-out twice": {results.LawInbox, `INSERT INTO suppression (contact_id, scope, source, inbox_id, at)
			SELECT contact_id, scope, source, inbox_id, at FROM suppression WHERE $1 > 0`,
			`DELETE FROM suppression WHERE $1 > 0 AND id = (SELECT max(id) FROM suppression)`},
	} {
		db.Exec(c.harm, sent)
		found := false
		for _, v := range ledger() {
			found = found || v.Law == c.law
		}
		if !found {
			t.Errorf("%s: the balance holds, want a violation of %s", name, c.law)
		}
		db.Exec(c.mend, sent)
		if got := ledger(); got != nil {
			t.Fatalf("%s: mended, and still %v", name, got)
		}
	}
}

const withLots = `name: boc_tham
title: Bốc thăm
groups:
  khoi: {label: Mấy câu, random: true}
questions:
  - {name: viec, type: multiple, kind: fact, label: "Việc gì?", random: true, choices: {1: Một, 2: Hai, 3: Ba, 4: Bốn, 5: {label: Không, exclusive: true}}}
  - {name: a, type: single, kind: fact, group: khoi, label: "A?", choices: {1: Có, 2: Không}}
  - {name: b, type: single, kind: fact, group: khoi, label: "B?", choices: {1: Có, 2: Không}, relevant: "selected(${viec}, '1')"}
  - {name: c, type: text, kind: fact, group: khoi, label: "C?"}
  - {name: d, type: single, kind: fact, group: khoi, label: "D?", choices: {1: Có, 2: Không}}
  - {name: m, type: matrix, kind: fact, random: true, label: Bảng, rows: {1: {label: một, relevant: "selected(${viec}, '1')"}, 2: hai, 3: ba}, choices: {1: Có, 2: Không}}
`

// The file says of every person the orders that the page, the text or the call had.
func TestExportTellsTheOrdersThatWereShown(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := db.MakeCampaign(survey.Campaign{QuestionnaireID: db.MakeQuestionnaire("boc_tham", withLots)})
	q, _ := instrument.Parse("boc_tham", []byte(withLots))
	words := wording.New(must(templates.New()))
	var want []string
	for i := range 12 {
		inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(i))})
		mode := []survey.Mode{survey.Web, survey.Voice}[i%2]
		a := survey.Answers{"viec": {Value: survey.AnswerText([]string{"1 2", "2"}[i/2%2])}}
		db.MakeResponse(inv, survey.ResponseSubmitted, mode, a)
		own := q.For(inv.Seed())
		var codes, asked, rows []string
		viec, _ := own.Question("viec")
		if mode == survey.Web {
			for _, o := range words.Asked(wording.Context{Questionnaire: own, Seed: inv.Seed()}, viec, nil, wording.Typed{}).Options {
				codes = append(codes, o.Code)
			}
		} else {
			codes = strings.Fields("1 2 3 4 5")
		}
		for _, on := range own.Path(a, mode) {
			if on.Group == "khoi" {
				asked = append(asked, on.Name)
			}
			if on.Matrix != "" {
				rows = append(rows, on.Name)
			}
		}
		want = append(want, strings.Join(codes, " ")+","+strings.Join(rows, " ")+","+strings.Join(asked, " "))
	}
	var out, book bytes.Buffer
	r := dispatch.ExportRequest{Campaign: "vi-du", Words: map[string]map[survey.Lang]string{"order": {survey.Vietnamese: "thứ tự"}}}
	if err := dispatch.ExportAnswers(t.Context(), db, r, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if !strings.HasSuffix(lines[0], ",viec_order,m_order,group_khoi_order") || len(lines) != 13 {
		t.Fatalf("header %s of %d lines", lines[0], len(lines))
	}
	var got []string
	for _, line := range lines[1:] {
		cells := strings.Split(line, ",")
		got = append(got, strings.Join(cells[len(cells)-3:], ","))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("orders\n%s\nshown\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if err := dispatch.ExportCodebook(t.Context(), db, r, &book); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"viec_order,order,design,,,thứ tự: Việc gì?,", "m_order,order,design,,,thứ tự: Bảng,", "group_khoi_order,order,design,,,thứ tự: Mấy câu,"} {
		if !strings.Contains(book.String(), line) {
			t.Errorf("no line %q in\n%s", line, book.String())
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
