package postgres

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// PersonHistory reads what passed between the office and one person, in one snapshot;
// since is from when on contacts burden them. Answers and words come by the views that
// leave out what is kept apart from names (migration 24), whoever reads.
func (db *DB) PersonHistory(ctx context.Context, id survey.ContactID, since time.Time) (view.PersonHistory, error) {
	var out view.PersonHistory
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		people, err := samePerson(ctx, tx, id)
		if err != nil {
			return err
		}
		r := historyReader{ctx: ctx, tx: tx, people: people, since: since, out: &out}
		for _, part := range []func() error{r.cases, r.answers, r.contacts, r.replies, r.notices, r.acts, r.burden} {
			if err := part(); err != nil {
				return err
			}
		}
		slices.SortStableFunc(out.Lines, func(a, b view.HistoryLine) int { return b.At.Compare(a.At) })
		return nil
	})
	return out, err
}

// historyReader reads a history, a part at a time.
type historyReader struct {
	ctx    context.Context
	tx     *sqlx.Tx
	people []survey.ContactID
	since  time.Time
	out    *view.PersonHistory
}

const sqlPersonCases = `
SELECT i.id, k.id AS campaign_id, k.name AS campaign, k.title, k.state AS campaign_state, k.confidentiality AS level, k.questionnaire_id, i.state,
	coalesce(i.disposition, '') AS disposition, i.closed_at, i.token_version,
	coalesce((SELECT t.key_id FROM token t WHERE t.invitation_id = i.id AND t.purpose = 'form' AND t.version = i.token_version), '') AS token_key
FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE i.contact_id = ANY($1) ORDER BY i.id DESC`

func (r historyReader) cases() error {
	var rows []struct {
		ID            survey.InvitationID
		CampaignID    survey.CampaignID `db:"campaign_id"`
		Campaign      string
		Title         document[map[survey.Lang]string]
		CampaignState survey.CampaignState `db:"campaign_state"`
		Level         survey.Confidentiality
		Questionnaire survey.QuestionnaireID `db:"questionnaire_id"`
		State         survey.InvitationState
		Disposition   survey.Disposition
		ClosedAt      sql.NullTime `db:"closed_at"`
		TokenVersion  int          `db:"token_version"`
		TokenKey      string       `db:"token_key"`
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlPersonCases, ints(r.people))
	for _, c := range rows {
		r.out.Cases = append(r.out.Cases, view.PersonCase{ID: c.ID, CampaignID: c.CampaignID, Campaign: c.Campaign, Title: c.Title.V,
			CampaignState: c.CampaignState, Level: c.Level, Questionnaire: c.Questionnaire, State: c.State, Disposition: c.Disposition,
			ClosedAt: c.ClosedAt.Time, TokenKey: c.TokenKey, TokenVersion: c.TokenVersion})
	}
	return err
}

// The views are barriers: they are asked by ids, one by one or in a list, because a join
// with one of them reads all of it.
const sqlPersonAnswers = `
SELECT a.invitation_id AS id, a.state, a.mode, coalesce(a.submitted_at, a.answered_at) AS at, a.question, coalesce(a.value, '') AS value, coalesce(a.missing, '') AS missing,
	a.answered_at, coalesce(a.assigned_by, '') AS by
FROM identified_answer a WHERE a.invitation_id = ANY($1) ORDER BY a.invitation_id, a.answered_at, a.question`

func (r historyReader) answers() error {
	var rows []struct {
		ID         survey.InvitationID
		State      survey.ResponseState
		Mode       survey.Mode
		At         time.Time
		Question   string
		Value      string
		Missing    survey.Missing
		AnsweredAt time.Time `db:"answered_at"`
		By         string
	}
	cases := make([]survey.InvitationID, len(r.out.Cases))
	for i, c := range r.out.Cases {
		cases[i] = c.ID
	}
	if err := r.tx.SelectContext(r.ctx, &rows, sqlPersonAnswers, ints(cases)); err != nil {
		return err
	}
	for _, a := range rows {
		i := slices.IndexFunc(r.out.Cases, func(c view.PersonCase) bool { return c.ID == a.ID })
		if i < 0 || r.out.Cases[i].Level != survey.Identified {
			continue
		}
		c := &r.out.Cases[i]
		c.Response, c.Mode, c.AnsweredAt = a.State, a.Mode, a.At
		c.Answers = append(c.Answers, view.PersonAnswer{Question: a.Question, At: a.AnsweredAt, By: a.By,
			Answer: survey.Answer{Value: survey.AnswerText(a.Value), Missing: a.Missing}})
	}
	return nil
}

const sqlPersonContacts = `
SELECT k.name AS campaign, a.channel, a.step, a.try, a.state, a.reason, coalesce(e.address, '') AS address,
	coalesce(a.ended_at, a.sent_at, a.due_at) AS at, a.ended_at IS NULL AND a.sent_at IS NULL AS due
FROM invitation i JOIN campaign k ON k.id = i.campaign_id JOIN attempt a ON a.invitation_id = i.id LEFT JOIN endpoint e ON e.id = a.endpoint_id
WHERE i.contact_id = ANY($1) ORDER BY at DESC, a.id DESC LIMIT $2`

func (r historyReader) contacts() error {
	var rows []struct {
		Campaign string
		Channel  survey.Channel
		Step     string
		Try      int
		State    survey.AttemptState
		Reason   survey.Reason
		Address  string
		At       time.Time
		Due      bool
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlPersonContacts, ints(r.people), view.HistoryMost)
	for _, a := range rows {
		r.out.Lines = append(r.out.Lines, view.HistoryLine{Kind: view.HistoryContact, At: a.At, Campaign: a.Campaign, Channel: a.Channel, Step: a.Step,
			Try: a.Try, State: a.State, Reason: a.Reason, Address: a.Address, Due: a.Due})
	}
	return err
}

// What came in their name, and what a person of the office reads of theirs. Pages of the
// form and keys are not among it: what was answered says itself, where it may be said.
const sqlPersonReplies = `
WITH mine AS (
	SELECT x.id FROM invitation i JOIN inbox x ON x.invitation_id = i.id WHERE i.contact_id = ANY($1)
	UNION SELECT m.inbox_id FROM matter m WHERE m.contact_id = ANY($1) AND m.invitation_id IS NULL),
lines AS (
	SELECT x.id, x.kind, x.received_at, x.reason, k.name, (SELECT p.payload FROM readable_inbox p WHERE p.id = x.id) AS payload
	FROM mine JOIN inbox x ON x.id = mine.id LEFT JOIN invitation i ON i.id = x.invitation_id LEFT JOIN campaign k ON k.id = i.campaign_id
	WHERE x.kind IN ('text', 'mail', 'stop', 'bounce') ORDER BY x.received_at DESC, x.id DESC LIMIT $2)
SELECT kind AS what, received_at AS at, coalesce(name, '') AS campaign, reason,
	coalesce(nullif(payload ->> 'text', ''), payload -> 'letter' ->> 'text', '') AS words, payload IS NULL AND kind IN ('text', 'mail') AS apart
FROM lines ORDER BY received_at DESC, id DESC`

func (r historyReader) replies() error {
	var rows []struct {
		What     string
		At       time.Time
		Campaign string
		Reason   survey.Reason
		Words    string
		Apart    bool
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlPersonReplies, ints(r.people), view.HistoryMost)
	for _, x := range rows {
		r.out.Lines = append(r.out.Lines, view.HistoryLine{Kind: view.HistoryReply, At: x.At, Campaign: x.Campaign, What: x.What, Reason: x.Reason,
			Words: x.Words, Apart: x.Apart})
	}
	return err
}

const sqlPersonNotices = `
SELECT k.name AS campaign, n.channel, n.state, n.reason, coalesce(n.sent_at, n.created_at) AS at, coalesce((SELECT p.words FROM readable_notice p WHERE p.id = n.id), '') AS words
FROM invitation i JOIN notice n ON n.invitation_id = i.id JOIN campaign k ON k.id = i.campaign_id
WHERE i.contact_id = ANY($1) ORDER BY at DESC, n.id DESC LIMIT $2`

func (r historyReader) notices() error {
	var rows []struct {
		Campaign string
		Channel  survey.Channel
		State    survey.AttemptState
		Reason   survey.Reason
		At       time.Time
		Words    string
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlPersonNotices, ints(r.people), view.HistoryMost)
	for _, n := range rows {
		r.out.Lines = append(r.out.Lines, view.HistoryLine{Kind: view.HistoryNotice, At: n.At, Campaign: n.Campaign, Channel: n.Channel, State: n.State,
			Reason: n.Reason, Words: n.Words})
	}
	return err
}

const sqlPersonActs = `
SELECT a.at, a.actor, a.act, a.reason, coalesce(k.name, '') AS campaign, coalesce(m.id, 0) AS merge, coalesce(m.gone, 0) AS other, a.detail ? 'undone' AS undoes,
	m.id IS NOT NULL AND m.undone_at IS NULL AND m.before <> '{}' AS stands
FROM audit a LEFT JOIN campaign k ON k.id = a.campaign_id
LEFT JOIN contact_merge m ON a.act = 'merge' AND m.id = CASE WHEN a.act = 'merge' THEN coalesce(a.detail ->> 'merge', a.detail ->> 'undone')::bigint END
WHERE a.contact_id = ANY($1) ORDER BY a.id DESC LIMIT $2`

func (r historyReader) acts() error {
	var rows []struct {
		At                           time.Time
		Actor, Act, Reason, Campaign string
		Merge                        int64
		Other                        survey.ContactID
		Undoes, Stands               bool
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlPersonActs, ints(r.people), view.HistoryMost)
	for _, a := range rows {
		r.out.Lines = append(r.out.Lines, view.HistoryLine{Kind: view.HistoryAct, At: a.At, Campaign: a.Campaign, What: a.Act, Words: a.Reason, Actor: a.Actor,
			Merge: a.Merge, Other: a.Other, Undoes: a.Undoes, Stands: a.Stands && !a.Undoes})
	}
	return err
}

// What may have arrived, as a cap counts it.
const sqlPersonBurden = `
SELECT a.channel, count(*) AS n FROM invitation i JOIN attempt a ON a.invitation_id = i.id
WHERE i.contact_id = ANY($1) AND (a.state IN ('sending', 'sent', 'delivered', 'undelivered', 'unknown') OR a.sent_at IS NOT NULL)
	AND coalesce(a.sent_at, a.ended_at, a.due_at) >= $2 GROUP BY a.channel ORDER BY a.channel`

const sqlPersonSurveys = `
SELECT count(*) AS surveys, count(*) FILTER (WHERE i.disposition IN ('1.1', '1.2')) AS answered
FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE i.contact_id = ANY($1) AND i.state <> 'held' AND k.launched_at >= $2`

func (r historyReader) burden() error {
	var rows []struct {
		Channel survey.Channel
		N       int
	}
	if err := r.tx.SelectContext(r.ctx, &rows, sqlPersonBurden, ints(r.people), r.since); err != nil {
		return err
	}
	for _, b := range rows {
		r.out.Burden = append(r.out.Burden, view.ChannelCount(b))
	}
	var sum struct{ Surveys, Answered int }
	err := r.tx.GetContext(r.ctx, &sum, sqlPersonSurveys, ints(r.people), r.since)
	r.out.Surveys, r.out.Answered = sum.Surveys, sum.Answered
	return err
}
