package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ApplyInbox applies the unapplied rows of one person in order, up to 50, in one
// transaction that holds the locks of invitation and response, and returns what
// each row did. decide is pure; an error of it leaves everything unapplied.
func (db *DB) ApplyInbox(ctx context.Context, inv survey.InvitationID, now time.Time,
	decide func(view.Case, view.InboxRow) (view.Change, error)) ([]view.Applied, error) {
	var out []view.Applied
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		out = nil
		if err := lockInvitations(ctx, tx, []survey.InvitationID{inv}); err != nil {
			return err
		}
		var rows []inboxRow
		if err := tx.SelectContext(ctx, &rows, sqlUnapplied, inv); err != nil {
			return err
		}
		for _, r := range rows {
			c, err := caseOf(ctx, tx, inv)
			if err != nil {
				return err
			}
			change, err := decide(c, r.row())
			if err != nil {
				return err
			}
			done := view.Applied{InboxID: r.ID, Change: change}
			w := changeWriter{ctx: ctx, tx: tx, c: c, ch: change, now: now, inbox: r.ID}
			if done.Notices, err = w.write(); err != nil {
				return err
			}
			if err := markApplied(ctx, tx, r.ID, change); err != nil {
				return err
			}
			out = append(out, done)
		}
		return nil
	})
	return out, err
}

// Case reads one person's case without changing anything, for a page.
func (db *DB) Case(ctx context.Context, inv survey.InvitationID) (view.Case, error) {
	var out view.Case
	err := db.within(ctx, func(tx *sqlx.Tx) (err error) {
		out, err = caseOf(ctx, tx, inv)
		return err
	})
	return out, err
}

type caseRow struct {
	planRow
	ContactName  sql.NullString `db:"name"`
	Title        sql.NullString `db:"title"`
	Weight       float64        `db:"weight"`
	Disposition  sql.NullString `db:"disposition"`
	TokenVersion int            `db:"token_version"`
	TokenKey     sql.NullString `db:"token_key"`
	ResponseID   sql.NullString `db:"response_id"`
	Response     sql.NullString `db:"response_state"`
	SubmittedAt  sql.NullTime   `db:"submitted_at"`
	Late         bool           `db:"late"`
	Mode         sql.NullString `db:"mode"`
	Replicate    int            `db:"replicate"`
	Inclusion    float64        `db:"inclusion"`
	Files        string         `db:"files"`
}

// The files that a response r or, before an answer names them, an invitation i has.
const sqlFilesOfCase = `coalesce((SELECT string_agg(f.question || ' ' || f.id, ',') FROM (SELECT a.question, a.id FROM attachment a WHERE a.response_id = r.id
		UNION ALL SELECT a.question, a.id FROM link.upload u JOIN attachment a ON a.id = u.attachment_id WHERE u.invitation_id = i.id) f), '')`

const sqlCase = `
SELECT i.id, i.campaign_id, i.contact_id, i.stratum, i.state, i.language, ` + sqlFactColumns + `,
	c.id IS NULL AS gone, c.name, c.title, i.weight, i.inclusion, i.replicate, i.disposition, i.token_version,
	(SELECT t.key_id FROM token t WHERE t.invitation_id = i.id AND t.purpose = 'form' AND t.version = i.token_version) AS token_key,
	r.id AS response_id, r.state AS response_state, r.submitted_at, coalesce(r.late, false) AS late, r.mode,
	` + sqlFilesOfCase + ` AS files
FROM invitation i
LEFT JOIN contact c ON c.id = i.contact_id
LEFT JOIN link.response_link l ON l.invitation_id = i.id
LEFT JOIN response r ON r.id = l.response_id
WHERE i.id = $1`

const sqlSuppressedChannels = `
SELECT DISTINCT coalesce(channel, '') FROM suppression WHERE contact_id = $1 AND lifted_at IS NULL AND scope = 'all'`

const sqlQuestionnaireOf = `SELECT id, name, version, hash, source FROM questionnaire WHERE id = $1`

type questionnaireRow struct {
	ID      survey.QuestionnaireID `db:"id"`
	Name    string                 `db:"name"`
	Version int                    `db:"version"`
	Hash    string                 `db:"hash"`
	Source  string                 `db:"source"`
}

// caseOf gathers one person's case. The caller holds the invitation's lock, or
// only looks.
func caseOf(ctx context.Context, tx *sqlx.Tx, inv survey.InvitationID) (view.Case, error) {
	var r caseRow
	if err := tx.GetContext(ctx, &r, sqlCase, inv); err != nil {
		return view.Case{}, err
	}
	attempts, err := attemptsOf(ctx, tx, []survey.InvitationID{inv})
	if err != nil {
		return view.Case{}, err
	}
	var k campaignRow
	if err := tx.GetContext(ctx, &k, sqlCampaign, r.CampaignID); err != nil {
		return view.Case{}, err
	}
	var q questionnaireRow
	if err := tx.GetContext(ctx, &q, sqlQuestionnaireOf, k.QuestionnaireID); err != nil {
		return view.Case{}, err
	}
	c := r.view(k.campaign(), attempts[inv])
	c.Questionnaire = view.QuestionnaireSource(q)
	if c.Answers, c.AnsweredAt, err = answersOf(ctx, tx, c.ResponseID); err != nil {
		return view.Case{}, err
	}
	if err := sealedOf(ctx, tx, &c); err != nil {
		return view.Case{}, err
	}
	if err := tx.SelectContext(ctx, &c.Suppressed, sqlSuppressedChannels, r.ContactID); err != nil {
		return view.Case{}, err
	}
	if c.Endpoints, err = endpointsOf(ctx, tx, r.ContactID); err != nil {
		return view.Case{}, err
	}
	c.Conversations, err = conversationsOf(ctx, tx, inv)
	return c, err
}

func (r caseRow) view(k *survey.Campaign, attempts []survey.Attempt) view.Case {
	inv := survey.Invitation{ID: r.ID, CampaignID: r.CampaignID, ContactID: r.ContactID, Stratum: r.Stratum,
		State: r.State, Language: r.Language, Weight: r.Weight, Inclusion: r.Inclusion, Replicate: r.Replicate,
		Disposition: survey.Disposition(r.Disposition.String), TokenVersion: r.TokenVersion}
	c := view.Case{Invitation: inv, Campaign: k, ContactID: r.ContactID, Name: survey.PersonName(r.ContactName.String),
		Title: r.Title.String, ResponseID: survey.ResponseID(r.ResponseID.String), Attempts: attempts,
		ResponseState: survey.ResponseState(r.Response.String), TokenKey: r.TokenKey.String,
		SubmittedAt: r.SubmittedAt.Time, SubmittedByMode: survey.Mode(r.Mode.String), Files: ownedFiles(r.Files)}
	c.Gone = r.Left
	if r.Left { // erased: nothing is taken any more, whoever is still at the telephone
		c.ResponseState = survey.ResponseVoided
	}
	c.Facts = r.facts(attempts)
	submitted := c.ResponseState == survey.ResponseSubmitted
	c.Facts.Submitted, c.Facts.Late = submitted && !r.Late, c.Facts.Late || submitted && r.Late
	return c
}

// changeWriter writes one change, a part at a time.
type changeWriter struct {
	ctx   context.Context
	tx    *sqlx.Tx
	c     view.Case
	ch    view.Change
	now   time.Time
	day   survey.Date // of a sealed change
	inbox survey.InboxID
}

// write writes everything in the house's order of locks: invitation (held by
// the caller), response, attempts, conversation.
func (w *changeWriter) write() ([]view.OpenNotice, error) {
	for _, part := range []func() error{w.sealed, w.response, w.items, w.submit, w.void, w.files, w.recordings, w.attempts, w.invitation, w.notTheirs, w.doNotContact, w.conversation, w.language, w.hours, w.keepPerson, w.matter, w.events} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return insertNotices(w.ctx, w.tx, noticeFor{inbox: w.inbox, campaign: w.c.Invitation.CampaignID,
		invitation: w.c.Invitation.ID, now: w.now}, w.ch.Notices)
}

func (w *changeWriter) exec(query string, args ...any) error {
	_, err := w.tx.ExecContext(w.ctx, query, args...)
	return err
}

const sqlStartResponse = `
INSERT INTO response (campaign_id, questionnaire_id, stratum, weight, language, mode, started_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`

const sqlLinkResponse = `INSERT INTO link.response_link (invitation_id, response_id) VALUES ($1, $2)`

const sqlResumeResponse = `
UPDATE response SET mode = $2, state = CASE WHEN state = 'broken_off' THEN 'started' ELSE state END WHERE id = $1`

// response begins the one response of the person, or takes it up again.
func (w *changeWriter) response() error {
	if len(w.ch.Items) == 0 && !w.ch.Submit {
		return nil
	}
	if w.c.ResponseID != "" {
		return w.exec(sqlResumeResponse, string(w.c.ResponseID), w.ch.Mode)
	}
	lang := w.c.Invitation.Language.Or(survey.Vietnamese)
	err := w.tx.GetContext(w.ctx, &w.c.ResponseID, sqlStartResponse, w.c.Invitation.CampaignID,
		w.c.Campaign.QuestionnaireID, w.c.Invitation.Stratum, w.c.Invitation.Weight, lang, w.ch.Mode, w.now)
	if err != nil {
		return err
	}
	return w.exec(sqlLinkResponse, w.c.Invitation.ID, string(w.c.ResponseID))
}

const sqlSaveItems = `
INSERT INTO answer_item (response_id, question, value, missing, mode, answered_at, language, assigned_by)
SELECT $1, question, value, missing, $5, answered_at, $7, assigned_by
FROM unnest($2::text[], $3::text[], $4::text[], $6::timestamptz[], $8::text[]) AS u (question, value, missing, answered_at, assigned_by)
ON CONFLICT (response_id, question) DO UPDATE
SET value = excluded.value, missing = excluded.missing, mode = excluded.mode, answered_at = excluded.answered_at,
	language = excluded.language, assigned_by = excluded.assigned_by`

const sqlDropItems = `DELETE FROM answer_item WHERE response_id = $1 AND question = ANY($2)`

func (w *changeWriter) items() error {
	var question, value, missing, at, by pq.StringArray
	for _, it := range w.ch.Items {
		if it.At.IsZero() || it.At.After(w.now) {
			it.At = w.now
		}
		question = append(question, it.Question)
		value = append(value, string(it.Answer.Value))
		missing = append(missing, string(it.Answer.Missing))
		at, by = append(at, it.At.Format(time.RFC3339Nano)), append(by, it.By)
	}
	if len(w.ch.Drop) > 0 || len(question) > 0 {
		if err := w.before(question, value, missing); err != nil {
			return err
		}
	}
	if len(w.ch.Drop) > 0 && w.c.ResponseID != "" {
		if err := w.exec(sqlDropItems, string(w.c.ResponseID), pq.StringArray(w.ch.Drop)); err != nil {
			return err
		}
	}
	if len(question) == 0 {
		return nil
	}
	lang := (w.ch.Language.Or(w.c.Invitation.Language)).Or(survey.Vietnamese)
	return w.exec(sqlSaveItems, string(w.c.ResponseID), question, value, missing, w.ch.Mode, at, lang, by)
}

const sqlSubmit = `
UPDATE response SET state = 'submitted', submitted_at = $2, late = $3 WHERE id = $1 AND state = ANY($4)`

func (w *changeWriter) submit() error {
	if !w.ch.Submit {
		return nil
	}
	return w.exec(sqlSubmit, string(w.c.ResponseID), w.now, w.ch.Late,
		texts(survey.ResponseMachine().From(survey.ResponseSubmit)))
}

const sqlVoidResponse = `UPDATE response SET state = 'voided' WHERE id = $1 AND state = ANY($2)`

const sqlDeleteItems = `DELETE FROM answer_item WHERE response_id = $1`

func (w *changeWriter) void() error {
	if !w.ch.Void || w.c.ResponseID == "" {
		return nil
	}
	err := w.exec(sqlVoidResponse, string(w.c.ResponseID), texts(survey.ResponseMachine().From(survey.ResponseVoid)))
	if err != nil {
		return err
	}
	if err := w.exec(sqlForgetBefore, string(w.c.ResponseID)); err != nil {
		return err
	}
	return w.exec(sqlDeleteItems, string(w.c.ResponseID))
}

const sqlInvitationChange = `
UPDATE invitation SET
	state    = CASE WHEN $2 AND state = 'open' THEN 'started' ELSE state END,
	human_at = CASE WHEN $3 THEN coalesce(human_at, $4) ELSE human_at END,
	refusal  = coalesce(refusal, nullif($5, '')),
	refused_at = CASE WHEN $5 <> '' THEN coalesce(refused_at, $4) ELSE refused_at END,
	language = coalesce(nullif($6, ''), language),
	progress = coalesce($7::jsonb, progress),
	late_at  = CASE WHEN $8 THEN coalesce(late_at, $4) ELSE late_at END,
	message_left_at = CASE WHEN $9 THEN coalesce(message_left_at, $4) ELSE message_left_at END,
	wrong_person_at = CASE WHEN $10 THEN coalesce(wrong_person_at, $4) ELSE wrong_person_at END,
	plan_at  = CASE WHEN $10 AND state IN ('open', 'started') THEN $4 ELSE plan_at END
WHERE id = $1`

func (w *changeWriter) invitation() error {
	var progress sql.NullString
	if w.ch.Progress != nil {
		doc, err := encoded(w.ch.Progress)
		if err != nil {
			return err
		}
		progress = sql.NullString{String: doc, Valid: true}
	}
	answered := len(w.ch.Items) > 0 || w.ch.Sealed != nil && w.ch.Sealed.Partial != nil
	err := w.exec(sqlInvitationChange, w.c.Invitation.ID, answered, w.ch.Human, w.now, w.ch.Refusal,
		w.ch.Language, progress, w.ch.Late, w.ch.MessageLeft, w.ch.NotTheirs != "")
	if err != nil || w.ch.Close == "" {
		return err
	}
	if w.c.Invitation.State == survey.InvitationClosed {
		_, err := reclassify(w.ctx, w.tx, recoding{now: w.now, inv: w.c.Invitation, code: w.ch.Close, why: w.ch.CloseReason, actor: "respondent"})
		return err
	}
	return closeInvitations(w.ctx, w.tx, closing{now: w.now, ids: []survey.InvitationID{w.c.Invitation.ID},
		codes: []survey.Disposition{w.ch.Close}, why: []survey.Reason{w.ch.CloseReason}, actor: "respondent"})
}

// doNotContact records the end of opt-outs, and opt-outs: a wish may have both,
// for one channel and for another. Other open cases of the person
// see them at planning and at the gate.
func (w *changeWriter) doNotContact() error {
	if w.ch.Lift {
		err := lift(w.ctx, w.tx, wish{inbox: w.inbox, contact: w.c.ContactID, keys: w.ch.AddressKeys, now: w.now})
		if err != nil {
			return err
		}
	}
	return suppress(w.ctx, w.tx, w.now, w.inbox, w.ch.Suppress)
}

func (w *changeWriter) attempts() error {
	if w.ch.Cancel != "" {
		if err := cancelQueued(w.ctx, w.tx, []survey.InvitationID{w.c.Invitation.ID}, w.ch.Cancel, w.now); err != nil {
			return err
		}
	}
	if err := w.withdrawNotTheirs(); err != nil {
		return err
	}
	if w.ch.Notice != nil {
		if err := recordNotice(w.ctx, w.tx, w.now, *w.ch.Notice); err != nil {
			return err
		}
	}
	switch {
	case w.ch.Attempt == nil:
		return nil
	case w.ch.Returned:
		return recordReturned(w.ctx, w.tx, w.now, *w.ch.Attempt)
	}
	return recordOutcomes(w.ctx, w.tx, w.now, []view.AttemptOutcome{*w.ch.Attempt})
}

func (w *changeWriter) events() error { return record(w.ctx, w.tx, w.ch.Events...) }
