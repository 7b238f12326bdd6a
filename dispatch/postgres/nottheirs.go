package postgres

import (
	"context"
	"strconv"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
)

const sqlEndpointsOf = `
SELECT id, contact_id, kind, address, sms, status, rank, label FROM endpoint WHERE contact_id = $1 ORDER BY kind, rank, id`

// endpointsOf reads the addresses of a contact, the dead ones too.
func endpointsOf(ctx context.Context, tx *sqlx.Tx, id survey.ContactID) ([]survey.Endpoint, error) {
	var rows []endpointRow
	err := tx.SelectContext(ctx, &rows, sqlEndpointsOf, id)
	out := make([]survey.Endpoint, len(rows))
	for i, e := range rows {
		out[i] = e.endpoint()
	}
	return out, err
}

const sqlLockQueuedTo = `
SELECT a.id FROM attempt a JOIN endpoint e ON e.id = a.endpoint_id
WHERE a.invitation_id = $1 AND a.state = 'queued' AND e.kind = 'phone' AND lower(e.address) = lower($2)
ORDER BY a.id FOR UPDATE OF a`

// withdrawNotTheirs withdraws what is queued for a number that is not the
// person's. What is queued for other addresses stays.
func (w *changeWriter) withdrawNotTheirs() error {
	if w.ch.NotTheirs == "" {
		return nil
	}
	var queued pq.Int64Array
	err := w.tx.SelectContext(w.ctx, &queued, sqlLockQueuedTo, w.c.Invitation.ID, string(w.ch.NotTheirs))
	if err != nil || len(queued) == 0 {
		return err
	}
	return w.exec(sqlCancelQueued, queued, survey.ReasonWrongPerson, w.now)
}

// Also those of other campaigns with this contact: what is said there from now on
// is not the person's either.
const sqlEndTalkNotTheirs = `
UPDATE conversation t SET closed_at = $3 FROM invitation i
WHERE i.contact_id = $1 AND t.invitation_id = i.id AND t.mode = 'sms' AND t.phone = $2 AND t.closed_at IS NULL`

const sqlNotTheirs = `
UPDATE endpoint SET status = 'dead', not_theirs_at = $3
WHERE contact_id = $1 AND kind = 'phone' AND lower(address) = lower($2) AND not_theirs_at IS NULL RETURNING id`

// notTheirs lets a number die for this contact, on record. A list that is
// imported tomorrow does not bring it back: it finds the row.
func (w *changeWriter) notTheirs() error {
	if w.ch.NotTheirs == "" {
		return nil
	}
	var died []survey.EndpointID
	if err := w.tx.SelectContext(w.ctx, &died, sqlNotTheirs, w.c.ContactID, string(w.ch.NotTheirs), w.now); err != nil {
		return err
	}
	for _, id := range died {
		w.ch.Events = append(w.ch.Events, survey.Event{Kind: survey.EventEndpointDead, At: w.now, CampaignID: w.c.Invitation.CampaignID,
			InvitationID: w.c.Invitation.ID, Actor: "respondent", Reason: survey.ReasonWrongPerson,
			Args: map[string]string{"endpoint": strconv.FormatInt(int64(id), 10)}})
	}
	return w.exec(sqlEndTalkNotTheirs, w.c.ContactID, string(w.ch.NotTheirs), w.now)
}
