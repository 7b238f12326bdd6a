package postgres

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlDoubtLines = `
SELECT a.id AS attempt_id, 0 AS notice_id, i.contact_id, coalesce(c.code, '') AS contact, a.channel, a.step, a.try,
	coalesce(a.claimed_at, d.since) AS handed_over, d.needs_staff, d.finding, d.looks, coalesce(a.provider_code, '') AS code
FROM attempt_doubt d JOIN attempt a ON a.id = d.attempt_id JOIN invitation i ON i.id = a.invitation_id
LEFT JOIN contact c ON c.id = i.contact_id
WHERE a.campaign_id = $1 AND a.state = 'unknown'
UNION ALL
SELECT 0, n.id, coalesce(i.contact_id, 0), coalesce(c.code, ''), n.channel, '', 0,
	coalesce(n.claimed_at, n.created_at), n.needs_staff, n.finding, n.looks, coalesce(n.provider_code, '')
FROM notice n LEFT JOIN invitation i ON i.id = n.invitation_id LEFT JOIN contact c ON c.id = i.contact_id
WHERE n.campaign_id = $1 AND n.state = 'unknown'
ORDER BY needs_staff DESC, finding, handed_over, attempt_id, notice_id`

type doubtLineRow struct {
	AttemptID  survey.AttemptID `db:"attempt_id"`
	NoticeID   survey.NoticeID  `db:"notice_id"`
	ContactID  survey.ContactID `db:"contact_id"`
	Contact    string
	Channel    survey.Channel
	Step       string
	Try        int
	HandedOver time.Time `db:"handed_over"`
	NeedsStaff bool      `db:"needs_staff"`
	Finding    survey.Finding
	Looks      int
	Code       string
}

// Doubts lists the messages of a campaign of which nobody can tell yet whether they
// left: first those that wait for staff, by why they do and how long they have.
func (db *DB) Doubts(ctx context.Context, id survey.CampaignID) iter.Seq2[view.DoubtLine, error] {
	return func(yield func(view.DoubtLine, error) bool) {
		rows, err := db.x.QueryxContext(ctx, sqlDoubtLines, id)
		if err != nil {
			yield(view.DoubtLine{}, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r doubtLineRow
			if err := rows.StructScan(&r); err != nil {
				yield(view.DoubtLine{}, told(err))
				return
			}
			line := view.DoubtLine{Ref: view.MessageRef{Attempt: r.AttemptID, Notice: r.NoticeID}, ContactID: r.ContactID, Contact: r.Contact,
				Channel: r.Channel, Step: r.Step, Try: r.Try, HandedOver: r.HandedOver, ForStaff: r.NeedsStaff, Finding: r.Finding,
				Looks: r.Looks, Code: r.Code}
			if !yield(line, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(view.DoubtLine{}, told(err))
		}
	}
}

const (
	sqlStaffDoubts = `
SELECT d.attempt_id FROM attempt_doubt d JOIN attempt a ON a.id = d.attempt_id
WHERE d.needs_staff AND a.campaign_id = $1 AND a.state = 'unknown'`
	sqlStaffNotices = `SELECT id FROM notice WHERE needs_staff AND campaign_id = $1 AND state = 'unknown'`
	sqlCasesInDoubt = `
SELECT DISTINCT invitation_id FROM attempt WHERE id = ANY($1) AND campaign_id = $2`
	sqlLockInDoubt = `
SELECT id FROM attempt WHERE id = ANY($1) AND campaign_id = $2 AND state = 'unknown' ORDER BY id FOR UPDATE`
	// What a notice costs is known when it was composed; one of which nobody knows
	// has a segment at least.
	sqlLockNoticesInDoubt = `
SELECT n.id, n.address = '' AS gone, greatest(n.segments, 1) * price_of(s, (n.created_at AT TIME ZONE 'UTC' + interval '7 hours')::date) AS cost
FROM notice n JOIN sender s ON s.id = n.sender_id
WHERE n.id = ANY($1) AND n.campaign_id = $2 AND n.state = 'unknown' ORDER BY n.id FOR UPDATE OF n`
	sqlForgetFinding = `UPDATE notice SET needs_staff = false, finding = '' WHERE id = ANY($1)`
)

// SettleDoubts records what staff found out about messages in doubt, each if it is
// in doubt still: what is settled meanwhile stays as it is, and is told. One that
// never left is due now, as the same message. It goes on record as one act.
func (db *DB) SettleDoubts(ctx context.Context, o view.DoubtOrder) (view.DoubtsSettled, error) {
	var out view.DoubtsSettled
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		w := settler{ctx: ctx, tx: tx, o: o}
		for _, part := range []func() error{w.which, w.attempts, w.notices, w.record} {
			if err := part(); err != nil {
				return err
			}
		}
		out = w.told()
		return nil
	})
	return out, err
}

// settler settles the doubts of one order.
type settler struct {
	ctx              context.Context
	tx               *sqlx.Tx
	o                view.DoubtOrder
	attemptIDs       []survey.AttemptID
	noticeIDs        []survey.NoticeID
	cases            []survey.InvitationID
	settled, ordered []view.MessageRef
}

// which finds out what the order is about, and takes the locks of its cases.
func (w *settler) which() error {
	if w.o.All {
		if err := w.tx.SelectContext(w.ctx, &w.attemptIDs, sqlStaffDoubts, w.o.Campaign.ID); err != nil {
			return err
		}
		if err := w.tx.SelectContext(w.ctx, &w.noticeIDs, sqlStaffNotices, w.o.Campaign.ID); err != nil {
			return err
		}
	}
	for _, r := range w.o.Refs {
		w.ordered = append(w.ordered, r)
		if r.Notice != 0 {
			w.noticeIDs = append(w.noticeIDs, r.Notice)
		} else {
			w.attemptIDs = append(w.attemptIDs, r.Attempt)
		}
	}
	if err := w.tx.SelectContext(w.ctx, &w.cases, sqlCasesInDoubt, ints(w.attemptIDs), w.o.Campaign.ID); err != nil {
		return err
	}
	return lockInvitations(w.ctx, w.tx, w.cases)
}

func (w *settler) attempts() error {
	var ids []survey.AttemptID
	if err := w.tx.SelectContext(w.ctx, &ids, sqlLockInDoubt, ints(w.attemptIDs), w.o.Campaign.ID); err != nil || len(ids) == 0 {
		return err
	}
	outcomes := make([]view.AttemptOutcome, len(ids))
	for i, id := range ids {
		w.settled = append(w.settled, view.MessageRef{Attempt: id})
		outcomes[i] = view.AttemptOutcome{ID: id, Event: survey.AttemptAbsent, Reason: survey.ReasonStaff, DueAt: w.o.Now, Actor: w.o.Actor}
		if w.o.Sent {
			outcomes[i].Event = survey.AttemptAccept
		}
	}
	return recordOutcomes(w.ctx, w.tx, w.o.Now, outcomes)
}

func (w *settler) notices() error {
	var rows []struct {
		ID   survey.NoticeID
		Gone bool
		Cost int64
	}
	if err := w.tx.SelectContext(w.ctx, &rows, sqlLockNoticesInDoubt, ints(w.noticeIDs), w.o.Campaign.ID); err != nil {
		return err
	}
	var ids pq.Int64Array
	for _, r := range rows {
		o := view.NoticeOutcome{ID: r.ID, Event: survey.AttemptAbsent, Reason: survey.ReasonStaff}
		switch {
		case w.o.Sent:
			o.Event, o.Cost = survey.AttemptAccept, r.Cost
		case r.Gone: // whom it was for was erased: there is no address to send it to
			o.Event = survey.AttemptRefuse
		}
		if err := recordNotice(w.ctx, w.tx, w.o.Now, o); err != nil {
			return err
		}
		ids = append(ids, int64(r.ID))
		w.settled = append(w.settled, view.MessageRef{Notice: r.ID})
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, sqlForgetFinding, ids)
	return err
}

const sqlOnePerson = `
SELECT CASE WHEN count(DISTINCT contact_id) = 1 THEN min(contact_id) END FROM invitation WHERE id = ANY($1)`

// record puts the act on record; one that is about a single person goes with them.
func (w *settler) record() error {
	if len(w.settled) == 0 {
		return nil
	}
	var who sql.NullInt64
	if len(w.noticeIDs) == 0 {
		if err := w.tx.GetContext(w.ctx, &who, sqlOnePerson, ints(w.cases)); err != nil {
			return err
		}
	}
	refs := make([]string, len(w.settled))
	for i, r := range w.settled {
		refs[i] = r.String()
	}
	return recordAudit(w.ctx, w.tx, view.Audit{At: w.o.Now, Actor: w.o.Actor, Act: "doubt", ContactID: survey.ContactID(who.Int64),
		CampaignID: w.o.Campaign.ID, Reason: w.o.Words, Detail: map[string]any{"sent": w.o.Sent, "messages": refs}})
}

func (w *settler) told() view.DoubtsSettled {
	out := view.DoubtsSettled{Campaign: w.o.Campaign.Name, Sent: w.o.Sent, Settled: w.settled}
	for _, r := range w.ordered {
		if !slices.Contains(w.settled, r) && !slices.Contains(out.Meanwhile, r) {
			out.Meanwhile = append(out.Meanwhile, r)
		}
	}
	return out
}
