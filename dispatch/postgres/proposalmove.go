package postgres

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlAskProposal = `
UPDATE proposal SET state = 'asked', asked_by = $2, asked_at = $3, remarks = '' WHERE id = $1`

const sqlApproveProposal = `
UPDATE proposal SET state = 'approved', approved_by = $2, approved_at = $3, approved_hash = hash, outside = $4, remarks = '' WHERE id = $1`

const sqlReturnProposal = `
UPDATE proposal SET state = 'returned', remarks = $2, approved_by = '', approved_at = NULL, approved_hash = '', outside = NULL,
	ordered_by = '', ordered_at = NULL, starts_at = NULL WHERE id = $1`

const sqlOrderProposal = `UPDATE proposal SET starts_at = $4, ordered_by = $2, ordered_at = $3, faults = NULL WHERE id = $1`

const sqlStopProposal = `UPDATE proposal SET starts_at = NULL, ordered_by = '', ordered_at = NULL, faults = NULL WHERE id = $1`

const sqlDropProposal = `
UPDATE proposal SET state = $2, approved_by = '', approved_at = NULL, approved_hash = '', outside = NULL,
	ordered_by = '', ordered_at = NULL, starts_at = NULL, version = version + 1, changed_by = $3, changed_at = $4 WHERE id = $1`

// MoveProposal is a compare-and-set on what was seen of a proposal, on record. Whoever
// asked does not approve, unless it was approved on paper. Errors: proposal_moved,
// proposal_state, approval_own, name_taken.
func (db *DB) MoveProposal(ctx context.Context, m view.ProposalMove) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		h, err := holdProposal(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		to, may := h.State.Next(m.Event)
		switch {
		case !may || h.CampaignState != survey.CampaignDraft:
			return h.stands()
		case h.Hash != m.Hash:
			return h.moved()
		case m.Event == survey.ProposalApprove && m.Outside == (view.OutsideApproval{}) && (h.State != survey.ProposalAsked || h.AskedBy == m.Actor):
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeApprovalOwn}
		}
		more := map[string]any{"hash": h.Hash}
		switch m.Event {
		case survey.ProposalAsk:
			_, err = tx.ExecContext(ctx, sqlAskProposal, m.ID, m.Actor, m.Now)
		case survey.ProposalApprove:
			var outside sql.NullString
			if m.Outside != (view.OutsideApproval{}) {
				more["outside"] = m.Outside
				outside.Valid = true
				if outside.String, err = encoded(m.Outside); err != nil {
					return err
				}
			}
			_, err = tx.ExecContext(ctx, sqlApproveProposal, m.ID, m.Actor, m.Now, outside)
		case survey.ProposalReturn:
			_, err = tx.ExecContext(ctx, sqlReturnProposal, m.ID, m.Words)
		case survey.ProposalOrder:
			more["starts"] = m.Starts
			_, err = tx.ExecContext(ctx, sqlOrderProposal, m.ID, m.Actor, m.Now, m.Starts)
		case survey.ProposalStop:
			_, err = tx.ExecContext(ctx, sqlStopProposal, m.ID)
		case survey.ProposalDrop, survey.ProposalReopen:
			_, err = tx.ExecContext(ctx, sqlDropProposal, m.ID, to, m.Actor, m.Now)
		}
		if err != nil {
			return nameTaken(err, "")
		}
		return recordProposal(ctx, tx, m, more)
	})
}

const sqlFailProposal = `UPDATE proposal SET faults = $3, starts_at = NULL, ordered_at = NULL, ordered_by = '' WHERE id = $1 AND hash = $2 AND state <> 'launched'`

// FailProposal notes why the launch that was ordered was refused; it is ordered no more.
func (db *DB) FailProposal(ctx context.Context, id survey.ProposalID, hash string, faults []survey.Fault) error {
	doc, err := encoded(faults)
	if err != nil {
		return err
	}
	_, err = db.x.ExecContext(ctx, sqlFailProposal, id, hash, doc)
	return told(err)
}

const sqlRewriteDraft = `
UPDATE campaign SET name = $2, title = $3, purpose = $4, confidentiality = $5, listed = $6, questionnaire_id = $7, office = $8,
	eligibility = $9, design = $10, protocol = $11, rate = $12, budget = $13, custody = $14, keep = $15, texts = $16
WHERE id = $1 AND state = 'draft'`

const sqlRewriteSpend = `
INSERT INTO campaign_spend (campaign_id, spent) SELECT id, 0 FROM campaign WHERE id = $1 AND budget > 0 ON CONFLICT DO NOTHING`

const sqlNameDraft = `UPDATE proposal SET campaign_id = $2 WHERE id = $1`

// KeepDraft has the draft of a proposal be as its plan is, made if there is none.
// Errors: proposal_moved if the plan was changed meanwhile, proposal_state, name_taken.
func (db *DB) KeepDraft(ctx context.Context, d view.ProposalDraft) (survey.CampaignID, error) {
	var id survey.CampaignID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		h, err := holdProposal(ctx, tx, d.ID)
		switch {
		case err != nil:
			return err
		case h.Hash != d.Hash:
			return h.moved()
		case h.State == survey.ProposalLaunched || h.State == survey.ProposalDropped || h.CampaignState != survey.CampaignDraft:
			return h.stands()
		}
		if id = h.CampaignID; id != 0 {
			return rewriteDraft(ctx, tx, id, d.Campaign)
		}
		if id, err = createCampaign(ctx, tx, d.Campaign, d.Actor, d.Now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlNameDraft, d.ID, id)
		return err
	})
	return id, err
}

func rewriteDraft(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, c survey.Campaign) error {
	docs, err := campaignDocuments(c)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, sqlRewriteDraft, id, c.Name, docs[0], c.Purpose, c.Confidentiality, c.Listed, c.QuestionnaireID,
		docs[1], docs[2], docs[3], docs[4], c.Rate, c.Budget, docs[5], docs[6], docs[7])
	if err != nil {
		return nameTaken(err, c.Name)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return heldProposal{State: survey.ProposalLaunched}.stands()
	}
	_, err = tx.ExecContext(ctx, sqlRewriteSpend, id)
	return err
}

// A change of the proposal waits until the launch has read how it stands.
const sqlApprovalOf = `
SELECT p.id, p.state = 'approved' AND p.approved_hash = p.hash AS approved FROM proposal p WHERE p.campaign_id = $1 FOR SHARE OF p`

const sqlSecondWanted = `SELECT coalesce((SELECT (value ->> 'second')::boolean FROM setting WHERE key = 'approval'), false)`

// secondPerson refuses a campaign that a second person has to approve and did not,
// unless it is launched all the same for a reason, which goes on record.
func secondPerson(ctx context.Context, tx *sqlx.Tx, m view.CampaignMove, name string) error {
	var of struct {
		ID       survey.ProposalID
		Approved bool
	}
	if err := one(tx.SelectContext, ctx, &of, sqlApprovalOf, m.ID); err != nil || of.Approved {
		return err
	}
	var wanted bool
	if err := tx.GetContext(ctx, &wanted, sqlSecondWanted); err != nil || !wanted {
		return err
	}
	if m.Unapproved == "" {
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeApprovalMissing, Args: map[string]string{"name": name}}
	}
	detail := map[string]any{"event": "unapproved", "campaign": m.ID}
	if of.ID != 0 {
		detail["proposal"] = of.ID
	}
	return recordAudit(ctx, tx, view.Audit{At: m.Now, Actor: m.Actor, Act: "proposal", CampaignID: m.ID, Reason: m.Unapproved, Detail: detail})
}

const sqlLaunchProposal = `
UPDATE proposal SET state = 'launched', starts_at = NULL, ordered_by = '', ordered_at = NULL, faults = NULL
WHERE campaign_id = $1 AND state <> 'launched' RETURNING id`

// launchProposal moves the proposal of a campaign that is being launched, whoever does it.
func launchProposal(ctx context.Context, tx *sqlx.Tx, m view.CampaignMove) error {
	var ids []survey.ProposalID
	if err := tx.SelectContext(ctx, &ids, sqlLaunchProposal, m.ID); err != nil || len(ids) == 0 {
		return err
	}
	return recordProposal(ctx, tx, view.ProposalMove{ID: ids[0], Event: "launch", Actor: m.Actor, Now: m.Now}, map[string]any{"campaign": m.ID})
}

// ApprovalWanted reports whether a second person has to approve a campaign before it is
// launched.
func (db *DB) ApprovalWanted(ctx context.Context) (bool, error) {
	var wanted bool
	return wanted, told(db.x.GetContext(ctx, &wanted, sqlSecondWanted))
}

// WantApproval sets that, on record.
func (db *DB) WantApproval(ctx context.Context, wanted bool, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		doc, err := encoded(map[string]bool{"second": wanted})
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, sqlPutSetting, settingApproval, doc, by.Actor)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		by.Act, by.Detail = "setting", map[string]any{"approval": wanted}
		return recordAudit(ctx, tx, by)
	})
}

const sqlCampaignsPage = `
SELECT k.id, k.name, k.title, k.state, q.name AS questionnaire, k.launched_at, k.ends_at,
	(SELECT coalesce(sum(d.sample_size), 0) FROM stratum_draw d WHERE d.campaign_id = k.id) AS sample
FROM campaign k JOIN questionnaire q ON q.id = k.questionnaire_id
WHERE (cardinality($1::text[]) = 0 OR k.state = ANY($1)) AND ($2 = 0 OR k.id < $2) AND (NOT $4 OR k.name = ANY($5))
	AND NOT (k.state = 'draft' AND EXISTS (SELECT 1 FROM proposal p WHERE p.campaign_id = k.id))
ORDER BY k.id DESC LIMIT $3`

// CampaignsPage lists campaigns, the newest first; the draft of a proposal is none yet.
func (db *DB) CampaignsPage(ctx context.Context, p view.CampaignsPage) ([]view.CampaignLine, error) {
	var rows []struct {
		ID            survey.CampaignID
		Name          string
		Title         document[map[survey.Lang]string]
		State         survey.CampaignState
		Questionnaire string
		LaunchedAt    sql.NullTime `db:"launched_at"`
		EndsAt        sql.NullTime `db:"ends_at"`
		Sample        int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlCampaignsPage, texts(p.States), p.Before, p.Most, p.Bound, texts(p.Only)); err != nil {
		return nil, told(err)
	}
	out := make([]view.CampaignLine, len(rows))
	for i, r := range rows {
		out[i] = view.CampaignLine{ID: r.ID, Name: r.Name, Title: r.Title.V, State: r.State, Questionnaire: r.Questionnaire,
			LaunchedAt: r.LaunchedAt.Time, EndsAt: r.EndsAt.Time, Sample: r.Sample}
	}
	return out, nil
}
