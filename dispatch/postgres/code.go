package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Of twins that were merged both may have been drawn: the contact that was named
// comes first.
const sqlCaseOfContact = `
SELECT id FROM invitation WHERE campaign_id = $1 AND contact_id = ANY($2) ORDER BY contact_id <> $3, id LIMIT 1`

const sqlLastStaffCode = `
SELECT args->>'code' AS code, args->>'record' AS record FROM event
WHERE invitation_id = $1 AND kind = 'invitation_coded' ORDER BY id DESC LIMIT 1`

// CodeCase gives the case of a person the code that decide finds, under the
// case's locks: an open case is closed, with what is queued for it withdrawn; a
// closed one gets the code in place of the one it was seen with. It is on record
// as an event and as an act. Errors: not_found, not_in_sample, and what decide
// returns.
func (db *DB) CodeCase(ctx context.Context, o view.CodeOrder, decide func(view.Case, view.StaffCode) (view.Coding, error)) (view.Coded, error) {
	var out view.Coded
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		people, err := samePerson(ctx, tx, o.ContactID)
		if err != nil {
			return err
		}
		var ids []survey.InvitationID
		if err := tx.SelectContext(ctx, &ids, sqlCaseOfContact, o.Campaign.ID, ints(people), o.ContactID); err != nil {
			return err
		}
		if len(ids) == 0 {
			return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotInSample, Args: map[string]string{"campaign": o.Campaign.Name}}
		}
		if err := lockInvitations(ctx, tx, ids); err != nil {
			return err
		}
		c, err := caseOf(ctx, tx, ids[0])
		if err != nil {
			return err
		}
		last, err := lastStaffCode(ctx, tx, ids[0])
		if err != nil {
			return err
		}
		w := coder{ctx: ctx, tx: tx, o: o, c: c}
		if w.coding, err = decide(c, last); err != nil {
			return err
		}
		out = view.Coded{InvitationID: ids[0], From: c.Invitation.Disposition, Code: w.coding.Code}
		return w.write()
	})
	return out, err
}

func lastStaffCode(ctx context.Context, tx *sqlx.Tx, id survey.InvitationID) (view.StaffCode, error) {
	var rows []struct{ Code, Record survey.Disposition }
	if err := tx.SelectContext(ctx, &rows, sqlLastStaffCode, id); err != nil || len(rows) == 0 {
		return view.StaffCode{}, err
	}
	return view.StaffCode(rows[0]), nil
}

// coder writes what staff said of one case.
type coder struct {
	ctx    context.Context
	tx     *sqlx.Tx
	o      view.CodeOrder
	c      view.Case
	coding view.Coding
}

// write closes or recodes the case, and puts on record who said what.
func (w *coder) write() error {
	inv := w.c.Invitation
	if inv.State != survey.InvitationClosed {
		err := closeInvitations(w.ctx, w.tx, closing{now: w.o.Now, ids: []survey.InvitationID{inv.ID},
			codes: []survey.Disposition{w.coding.Code}, why: []survey.Reason{w.coding.Reason}, actor: w.o.Actor})
		if err != nil {
			return err
		}
	} else if w.coding.Code != inv.Disposition {
		did, err := reclassify(w.ctx, w.tx, recoding{now: w.o.Now, inv: inv, code: w.coding.Code, why: w.coding.Reason, actor: w.o.Actor})
		if err != nil {
			return err
		}
		if !did { // archived since it was read
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState, Args: map[string]string{"machine": "campaign",
				"state": string(survey.CampaignArchived), "event": string(survey.InvitationReclassify)}}
		}
	}
	err := record(w.ctx, w.tx, survey.Event{Kind: survey.EventCoded, At: w.o.Now, CampaignID: inv.CampaignID, InvitationID: inv.ID,
		Actor: w.o.Actor, Reason: survey.ReasonStaff, Args: map[string]string{"code": string(w.coding.Said.Code),
			"record": string(w.coding.Said.Record), "from": string(inv.Disposition), "disposition": string(w.coding.Code)}})
	if err != nil {
		return err
	}
	if w.coding.Bar {
		if err := suppress(w.ctx, w.tx, w.o.Now, 0, []survey.Suppression{{ContactID: inv.ContactID,
			Scope: survey.SuppressAll, Source: survey.StopByStaff, Words: w.o.Words, Actor: w.o.Actor}}); err != nil {
			return err
		}
	}
	return recordAudit(w.ctx, w.tx, view.Audit{At: w.o.Now, Actor: w.o.Actor, Act: "code", ContactID: inv.ContactID, Reason: w.o.Words,
		Detail: map[string]any{"campaign": w.o.Campaign.Name, "from": inv.Disposition, "disposition": w.coding.Code}})
}
