package pgtest

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"canvass/dispatch/survey"
)

// Day is the business time at which the rows of this package were made.
func Day() time.Time { return time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC) }

// SQL is the test's own pool of connections, for what no method of the house
// does.
func (d *DB) SQL() *sql.DB { return d.sql }

// Exec runs a statement.
func (d *DB) Exec(query string, args ...any) {
	d.t.Helper()
	_, err := d.sql.ExecContext(d.t.Context(), query, args...)
	check(d.t, err)
}

// Int returns the one number that query gives.
func (d *DB) Int(query string, args ...any) int {
	d.t.Helper()
	var n int
	check(d.t, d.sql.QueryRowContext(d.t.Context(), query, args...).Scan(&n))
	return n
}

// Text returns the one text that query gives.
func (d *DB) Text(query string, args ...any) string {
	d.t.Helper()
	var s string
	check(d.t, d.sql.QueryRowContext(d.t.Context(), query, args...).Scan(&s))
	return s
}

// id runs an INSERT … RETURNING id.
func id[I ~int64](d *DB, query string, args ...any) I {
	d.t.Helper()
	var n int64
	check(d.t, d.sql.QueryRowContext(d.t.Context(), query, args...).Scan(&n))
	return I(n)
}

func document(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of texts and structs of ours always encode
	}
	return string(b)
}

// MakeContact stores c with its endpoints and a consent for everything. What is
// empty gets a value; the id of c is ignored.
func (d *DB) MakeContact(c survey.Contact) survey.ContactID {
	d.t.Helper()
	name := string(c.Name)
	if name == "" {
		name = "Nguyễn Thị Ví Dụ"
	}
	attributes := c.Attributes
	if attributes == nil {
		attributes = map[string]string{}
	}
	var birth, code any
	if c.Birth != 0 {
		birth = c.Birth
	}
	if c.Code != "" {
		code = c.Code
	}
	contact := id[survey.ContactID](d, `
		INSERT INTO contact (code, name, name_folded, title, sex, birth, language, zone, unit, unit_code, attributes, random_number, created_at, updated_at)
		VALUES ($1, $2, lower($2), $3, $4, $5, $6, $12, $7, $11, $8, $9, $10, $10) RETURNING id`,
		code, name, c.Title, c.Sex, birth, c.Language.Or(survey.Vietnamese), c.Unit, document(attributes), c.Random, Day(), c.UnitCode, c.Zone)
	if c.Hours != "" {
		d.Exec(`UPDATE contact SET hours = $2, hours_at = $3, hours_source = 'web' WHERE id = $1`, contact, c.Hours, Day())
	}
	for i, e := range c.Endpoints {
		status := e.Status
		if status == "" {
			status = survey.EndpointUnverified
		}
		d.Exec(`INSERT INTO endpoint (contact_id, kind, address, sms, status, rank, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			contact, e.Kind, e.Address, e.SMS, status, i, Day())
	}
	d.Exec(`INSERT INTO consent (contact_id, basis, source, given_at) VALUES ($1, 'appointment', 'test', $2)`, contact, Day())
	return contact
}

// Reachable is a person who can be reached on every channel, number n.
func Reachable(n int) survey.Contact {
	return survey.Contact{Code: fmt.Sprintf("CTV%05d", n), Random: survey.RandomNumber(uint64(n) * 0x9e3779b97f4a7c15),
		Endpoints: []survey.Endpoint{
			{Kind: survey.EmailAddress, Address: fmt.Sprintf("ctv%05d@thu.example", n)},
			{Kind: survey.PhoneNumber, Address: fmt.Sprintf("+8491%07d", n), SMS: true},
		}}
}

// MakeSender stores a sender of ours.
func (d *DB) MakeSender(s survey.Sender) survey.SenderID {
	d.t.Helper()
	return id[survey.SenderID](d, `
		INSERT INTO sender (channel, address, provider, can_receive, rate, cost) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
		s.Channel, s.Address, s.Provider, s.CanReceive, s.Rate, s.Cost)
}

// MakeSenders stores one sender per channel, each able to receive, and returns them
// by channel.
func (d *DB) MakeSenders() map[survey.Channel]survey.SenderID {
	d.t.Helper()
	return map[survey.Channel]survey.SenderID{
		survey.Mail: d.MakeSender(survey.Sender{Channel: survey.Mail, Address: "khaosat@vidu.example", Provider: "smtp", CanReceive: true}),
		survey.SMS:  d.MakeSender(survey.Sender{Channel: survey.SMS, Address: "+84900000001", Provider: "twilio", CanReceive: true}),
		survey.Call: d.MakeSender(survey.Sender{Channel: survey.Call, Address: "+84900000001", Provider: "twilio", CanReceive: true}),
	}
}

// QuestionnaireSource is a questionnaire of two questions.
const QuestionnaireSource = `name: vi_du
title: Ví dụ | Example
languages: [vi, en]
minutes: 1
questions:
  - name: huong
    type: single
    kind: own_opinion
    required: true
    key: true
    label: Tình hình chung đang thế nào? | How are things going?
    choices:
      1: Tốt lên | Better
      2: Như trước | Same
      3: Xấu đi | Worse
  - name: nghe
    type: integer
    kind: what_i_hear
    min: 0
    max: 10
    label: Bao nhiêu người đã nói với Ông/Bà về giá cả? | How many people spoke to you about prices?
`

// MakeQuestionnaire stores source as the next version of the name, once.
func (d *DB) MakeQuestionnaire(name, source string) survey.QuestionnaireID {
	d.t.Helper()
	d.Exec(`INSERT INTO questionnaire (name, version, hash, title, source, published_at, published_by)
		SELECT $1, count(*) + 1, md5($2), '{"vi": "Ví dụ", "en": "Example"}', $2, $3, 'test' FROM questionnaire WHERE name = $1
		ON CONFLICT (hash) DO NOTHING`, name, source, Day())
	return id[survey.QuestionnaireID](d, `SELECT id FROM questionnaire WHERE hash = md5($1)`, source)
}

// Office is a complete office.
func Office() survey.Office {
	return survey.Office{
		Name:    map[survey.Lang]string{survey.Vietnamese: "Văn phòng Ví Dụ", survey.English: "Example Office"},
		Short:   map[survey.Lang]string{survey.Vietnamese: "VP Ví Dụ", survey.English: "Example"},
		Contact: "Trần Văn Mẫu", Phone: "1900 0000", Mail: "khaosat@vidu.example",
	}
}

// Protocol sends one mail, and one text a day later, within a week. It keeps to
// the defaults.
func Protocol() survey.Protocol {
	day := survey.Span(24 * time.Hour)
	return survey.Protocol{Name: "test", Zone: "Asia/Ho_Chi_Minh", Length: 7 * day, Gap: day / 2,
		Windows: map[survey.Channel]survey.Window{survey.SMS: {From: "07:00", To: "22:00"}},
		DayCaps: map[survey.Channel]int{survey.Mail: 3, survey.SMS: 3},
		Steps: []survey.Step{
			{Name: "mail", Channel: survey.Mail, Text: "invitation"},
			{Name: "sms", Channel: survey.SMS, Text: "reminder", After: day},
		}}
}

// MakeCampaign stores c with a released replicate 0 and returns it. What is empty
// gets a value: a voluntary, identified survey in the field, of everybody.
func (d *DB) MakeCampaign(c survey.Campaign) survey.Campaign {
	d.t.Helper()
	def(&c.Name, "vi-du")
	def(&c.Purpose, survey.PurposeSurvey)
	def(&c.Confidentiality, survey.Identified)
	def(&c.Listed, survey.EligibilityAssumed)
	def(&c.State, survey.CampaignFielding)
	def(&c.Design.Method, survey.Census)
	if c.Title == nil {
		c.Title = map[survey.Lang]string{survey.Vietnamese: "Ví dụ", survey.English: "Example"}
	}
	if c.Office.Name == nil {
		c.Office = Office()
	}
	if c.Protocol.Name == "" {
		c.Protocol = Protocol()
	}
	if c.QuestionnaireID == 0 {
		c.QuestionnaireID = d.MakeQuestionnaire("vi_du", QuestionnaireSource)
	}
	before := c.State == survey.CampaignDraft || c.State == survey.CampaignReady
	if !before && c.LaunchedAt.IsZero() {
		c.LaunchedAt = Day()
	}
	if !before && c.EndsAt.IsZero() {
		c.EndsAt = c.LaunchedAt.Add(c.Protocol.Length.Duration())
	}
	c.ID = id[survey.CampaignID](d, `
		INSERT INTO campaign (name, title, purpose, confidentiality, listed, state, questionnaire_id, office, eligibility,
			design, protocol, created_at, created_by, launched_at, ends_at, closed_at, custody, keep)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'test', $13, $14,
			CASE WHEN $6 IN ('closed', 'archived') THEN $14::timestamptz END, $15, $16) RETURNING id`,
		c.Name, document(c.Title), c.Purpose, c.Confidentiality, c.Listed, c.State, c.QuestionnaireID, document(c.Office),
		document(c.Eligibility), document(c.Design), document(c.Protocol), Day(), orNull(c.LaunchedAt), orNull(c.EndsAt),
		document(c.Custody), document(c.Keep))
	if !before {
		d.Exec(`INSERT INTO replicate (campaign_id, number, state, released_at) VALUES ($1, 0, 'released', $2)`, c.ID, c.LaunchedAt)
	}
	return c
}

func def[S ~string](p *S, value S) {
	if *p == "" {
		*p = value
	}
}

func orNull(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }

// MakeInvitation stores a case of a campaign that was launched. What is empty gets
// a value: open, due for planning at launch, drawn with certainty.
func (d *DB) MakeInvitation(i survey.Invitation) survey.InvitationID {
	d.t.Helper()
	def(&i.State, survey.InvitationOpen)
	if i.Inclusion == 0 {
		i.Inclusion, i.Weight = 1, 1
	}
	var closed, code any
	if i.State == survey.InvitationClosed {
		closed, code = Day(), i.Disposition
	}
	return id[survey.InvitationID](d, `
		INSERT INTO invitation (campaign_id, contact_id, stratum, replicate, inclusion, weight, state, disposition, language,
			plan_at, closed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
			CASE WHEN $7 IN ('open', 'started') THEN (SELECT launched_at FROM campaign WHERE id = $1) END, $10)
		RETURNING id`, i.CampaignID, i.ContactID, i.Stratum, i.Replicate, i.Inclusion, i.Weight, i.State, code,
		i.Language.Or(survey.Vietnamese), closed)
}

// MakeAttempt stores a line of the outbound ledger, and lets it wait if it is
// queued. Sender and the person's best endpoint are looked up by the channel.
func (d *DB) MakeAttempt(a survey.Attempt) survey.AttemptID {
	d.t.Helper()
	def(&a.State, survey.AttemptQueued)
	def(&a.Step, string(a.Channel))
	if a.Try == 0 {
		a.Try = 1
	}
	if a.DueAt.IsZero() {
		a.DueAt = Day()
	}
	got := id[survey.AttemptID](d, `
		INSERT INTO attempt (campaign_id, invitation_id, step, channel, try, sender_id, endpoint_id, state, reason, due_at,
			planned_at, claimed_at, sent_at, ended_at)
		SELECT i.campaign_id, i.id, $2, $3, $4, (SELECT id FROM sender WHERE channel = $3 ORDER BY id LIMIT 1),
			(SELECT id FROM endpoint e WHERE e.contact_id = i.contact_id AND e.kind = $5 ORDER BY rank, id LIMIT 1),
			$6, $7, $8, $8, CASE WHEN $6 NOT IN ('queued', 'cancelled') THEN clock_timestamp() END, $9, $10
		FROM invitation i WHERE i.id = $1 RETURNING id`, a.InvitationID, a.Step, a.Channel, a.Try, a.Channel.EndpointKind(),
		a.State, a.Reason, a.DueAt, orNull(a.SentAt), orNull(a.EndedAt))
	if a.State == survey.AttemptQueued {
		d.Exec(`INSERT INTO attempt_waiting (attempt_id, campaign_id, step, channel, sender_id, due_at)
			SELECT id, campaign_id, step, channel, sender_id, due_at FROM attempt WHERE id = $1`, got)
	}
	return got
}

// MakeResponse stores a set of answers in state, linked to the case.
func (d *DB) MakeResponse(inv survey.InvitationID, state survey.ResponseState, mode survey.Mode, answers survey.Answers) survey.ResponseID {
	d.t.Helper()
	got := d.Text(`
		INSERT INTO response (campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at, submitted_at)
		SELECT i.campaign_id, k.questionnaire_id, i.stratum, i.weight, i.language, $2, $3, $4,
			CASE WHEN $2 = 'submitted' THEN $4::timestamptz END
		FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE i.id = $1 RETURNING id`, inv, state, mode, Day())
	d.Exec(`INSERT INTO link.response_link (invitation_id, response_id) VALUES ($1, $2)`, inv, got)
	for name, a := range answers {
		d.Exec(`INSERT INTO answer_item (response_id, question, value, missing, mode, answered_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			got, name, string(a.Value), string(a.Missing), mode, Day())
	}
	return survey.ResponseID(got)
}

// MakeSeries stores a series that runs, with no date to come unless s has one.
func (d *DB) MakeSeries(s survey.Series) survey.SeriesID {
	d.t.Helper()
	def(&s.Name, "hang-thang")
	def(&s.State, survey.SeriesActive)
	if s.State == survey.SeriesPaused && s.PausedAt.IsZero() {
		s.PausedAt = Day()
	}
	return id[survey.SeriesID](d, `
		INSERT INTO series (name, source, seed, state, next_date, next_at, paused_at, pause_reason, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'test') RETURNING id`, s.Name, s.Source, int64(s.Seed), s.State, s.NextDate,
		orNull(s.NextAt), orNull(s.PausedAt), s.PauseReason, Day())
}

// MakeWave stores a wave of a series. What is empty gets a value: due since its
// date, to be launched.
func (d *DB) MakeWave(w survey.Wave) survey.WaveID {
	d.t.Helper()
	def(&w.State, survey.WaveDue)
	def(&w.Start, survey.StartLaunch)
	def(&w.Reason, survey.ReasonDue)
	if w.Date.IsZero() {
		w.Date = survey.DateOf(Day())
	}
	if w.At.IsZero() {
		w.At = time.Date(w.Date.Year, w.Date.Month, w.Date.Day, 1, 0, 0, 0, time.UTC)
	}
	if w.WantedAt.IsZero() {
		w.WantedAt = w.At
	}
	var campaign any
	if w.CampaignID != 0 {
		campaign = w.CampaignID
	}
	return id[survey.WaveID](d, `
		INSERT INTO wave (series_id, date, number, starts_at, state, start, wanted_at, campaign_id, reason, actor, moved_at, retry_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'test', $7, $7) RETURNING id`, w.SeriesID, w.Date, max(w.Number, 1), w.At,
		w.State, w.Start, w.WantedAt, campaign, w.Reason)
}
