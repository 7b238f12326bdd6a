package postgres

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type proposalRow struct {
	ID           survey.ProposalID
	Name, Title  string
	State        survey.ProposalState
	Version      int
	Plan         []byte
	Hash         string
	Trial        []byte
	TrialHash    string       `db:"trial_hash"`
	TrialAt      sql.NullTime `db:"trial_at"`
	AskedBy      string       `db:"asked_by"`
	AskedAt      sql.NullTime `db:"asked_at"`
	Remarks      string
	ApprovedBy   string       `db:"approved_by"`
	ApprovedAt   sql.NullTime `db:"approved_at"`
	ApprovedHash string       `db:"approved_hash"`
	Outside      document[view.OutsideApproval]
	StartsAt     sql.NullTime `db:"starts_at"`
	OrderedBy    string       `db:"ordered_by"`
	OrderedAt    sql.NullTime `db:"ordered_at"`
	Faults       document[[]survey.Fault]
	CampaignID   survey.CampaignID `db:"campaign_id"`
	Campaign     string
	MadeAt       time.Time `db:"made_at"`
	MadeBy       string    `db:"made_by"`
	ChangedAt    time.Time `db:"changed_at"`
	ChangedBy    string    `db:"changed_by"`
}

func (r proposalRow) proposal() view.Proposal {
	return view.Proposal{ID: r.ID, Name: r.Name, Title: r.Title, State: r.State, Version: r.Version, Plan: r.Plan, Hash: r.Hash,
		Trial: r.Trial, TrialHash: r.TrialHash, TrialAt: r.TrialAt.Time, AskedBy: r.AskedBy, AskedAt: r.AskedAt.Time, Remarks: r.Remarks,
		ApprovedBy: r.ApprovedBy, ApprovedAt: r.ApprovedAt.Time, ApprovedHash: r.ApprovedHash, Outside: r.Outside.V,
		StartsAt: r.StartsAt.Time, OrderedBy: r.OrderedBy, OrderedAt: r.OrderedAt.Time, Faults: r.Faults.V,
		CampaignID: r.CampaignID, Campaign: r.Campaign, MadeAt: r.MadeAt, MadeBy: r.MadeBy, ChangedAt: r.ChangedAt, ChangedBy: r.ChangedBy}
}

const sqlMakeProposal = `
INSERT INTO proposal (name, title, plan, hash, made_at, made_by, changed_at, changed_by)
VALUES ($1, $2, $3, $4, $5, $6, $5, $6) RETURNING id`

// MakeProposal keeps a new proposal. Errors: name_taken.
func (db *DB) MakeProposal(ctx context.Context, c view.ProposalChange) (survey.ProposalID, error) {
	var id survey.ProposalID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &id, sqlMakeProposal, c.Name, c.Title, string(c.Plan), c.Hash, c.Now, c.Actor); err != nil {
			return nameTaken(err, c.Name)
		}
		return recordProposal(ctx, tx, view.ProposalMove{ID: id, Event: "make", Actor: c.Actor, Now: c.Now}, nil)
	})
	return id, err
}

// nameTaken says that another campaign has the name.
func nameTaken(err error, name string) error {
	if isState(err, "23505") {
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeNameTaken, Where: "name", Args: map[string]string{"name": name}, Err: err}
	}
	return err
}

// recordProposal puts an event of a proposal on record.
func recordProposal(ctx context.Context, tx *sqlx.Tx, m view.ProposalMove, more map[string]any) error {
	detail := map[string]any{"proposal": m.ID, "event": m.Event}
	for k, v := range more {
		detail[k] = v
	}
	return recordAudit(ctx, tx, view.Audit{At: m.Now, Actor: m.Actor, Act: "proposal", Reason: m.Words, Detail: detail})
}

const sqlProposalColumns = `SELECT p.id, p.name, p.title, p.state, p.version, p.plan, p.hash, p.trial, p.trial_hash, p.trial_at, p.asked_by, p.asked_at,
	p.remarks, p.approved_by, p.approved_at, p.approved_hash, coalesce(p.outside, '{}') AS outside, p.starts_at, p.ordered_by, p.ordered_at,
	coalesce(p.faults, '[]') AS faults, coalesce(p.campaign_id, 0) AS campaign_id, coalesce(k.name, '') AS campaign,
	p.made_at, p.made_by, p.changed_at, p.changed_by
FROM proposal p LEFT JOIN campaign k ON k.id = p.campaign_id `

const sqlProposal = sqlProposalColumns + `WHERE p.id = $1`

// Proposal returns one proposal. Errors: not_found.
func (db *DB) Proposal(ctx context.Context, id survey.ProposalID) (view.Proposal, error) {
	var r proposalRow
	if err := db.x.GetContext(ctx, &r, sqlProposal, id); err != nil {
		return view.Proposal{}, notFound(told(err), "proposal", strconv.FormatInt(int64(id), 10))
	}
	return r.proposal(), nil
}

const sqlOpenProposals = sqlProposalColumns + `
WHERE p.state IN ('writing', 'asked', 'returned', 'approved') ORDER BY p.id DESC LIMIT $1`

// OpenProposals lists what is being made, the newest first.
func (db *DB) OpenProposals(ctx context.Context, most int) ([]view.Proposal, error) {
	return db.proposals(ctx, sqlOpenProposals, most)
}

func (db *DB) proposals(ctx context.Context, query string, args ...any) ([]view.Proposal, error) {
	var rows []proposalRow
	if err := db.x.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, told(err)
	}
	out := make([]view.Proposal, len(rows))
	for i, r := range rows {
		out[i] = r.proposal()
	}
	return out, nil
}

const sqlDueProposals = sqlProposalColumns + `
WHERE p.ordered_at IS NOT NULL AND p.starts_at <= $1 AND p.state IN ('writing', 'asked', 'returned', 'approved') ORDER BY p.starts_at LIMIT 20`

// DueProposals lists those whose launch is ordered for now or before.
func (db *DB) DueProposals(ctx context.Context, now time.Time) ([]view.Proposal, error) {
	return db.proposals(ctx, sqlDueProposals, now)
}

const sqlLockProposal = `
SELECT p.state, p.version, p.hash, p.changed_by, p.changed_at, p.asked_by, coalesce(p.campaign_id, 0) AS campaign_id, coalesce(k.state, 'draft') AS campaign_state
FROM proposal p LEFT JOIN campaign k ON k.id = p.campaign_id WHERE p.id = $1 FOR UPDATE OF p`

// heldProposal is how a proposal stands under its lock.
type heldProposal struct {
	State         survey.ProposalState
	Version       int
	Hash          string
	ChangedBy     string               `db:"changed_by"`
	ChangedAt     time.Time            `db:"changed_at"`
	AskedBy       string               `db:"asked_by"`
	CampaignID    survey.CampaignID    `db:"campaign_id"`
	CampaignState survey.CampaignState `db:"campaign_state"`
}

func holdProposal(ctx context.Context, tx *sqlx.Tx, id survey.ProposalID) (heldProposal, error) {
	var h heldProposal
	err := tx.GetContext(ctx, &h, sqlLockProposal, id)
	return h, notFound(told(err), "proposal", strconv.FormatInt(int64(id), 10))
}

// moved says that somebody else changed it.
func (h heldProposal) moved() error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeProposalMoved,
		Args: map[string]string{"name": h.ChangedBy, "time": h.ChangedAt.Format("15:04")}}
}

// stands says that it is not where this is done. A campaign that is past its draft is
// not changed by its proposal any more.
func (h heldProposal) stands() error {
	state := string(h.State)
	if h.CampaignState != survey.CampaignDraft {
		state = string(survey.ProposalLaunched)
	}
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeProposalState, Args: map[string]string{"machine": "proposal", "state": state}}
}

const sqlSaveProposal = `
UPDATE proposal SET name = $2, title = $3, plan = $4, hash = $5, version = version + 1, changed_at = $6, changed_by = $7,
	state = 'writing', approved_hash = '', approved_at = NULL, approved_by = '', outside = NULL, ordered_at = NULL, ordered_by = '', starts_at = NULL, faults = NULL
WHERE id = $1`

// SaveProposal keeps the plan of a proposal, and voids what was asked, approved or
// ordered of the plan before. The same plan changes nothing. Errors: proposal_moved,
// proposal_state, name_taken.
func (db *DB) SaveProposal(ctx context.Context, c view.ProposalChange) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		h, err := holdProposal(ctx, tx, c.ID)
		switch {
		case err != nil:
			return err
		case h.State == survey.ProposalLaunched || h.State == survey.ProposalDropped || h.CampaignState != survey.CampaignDraft:
			return h.stands()
		case h.Hash == c.Hash:
			return nil
		case h.Version != c.Version:
			return h.moved()
		}
		if _, err := tx.ExecContext(ctx, sqlSaveProposal, c.ID, c.Name, c.Title, string(c.Plan), c.Hash, c.Now, c.Actor); err != nil {
			return nameTaken(err, c.Name)
		}
		more := map[string]any{"step": c.Step, "hash": c.Hash}
		if h.State != survey.ProposalWriting {
			more["voids"] = h.State
		}
		return recordProposal(ctx, tx, view.ProposalMove{ID: c.ID, Event: "change", Actor: c.Actor, Now: c.Now}, more)
	})
}

const sqlKeepTrial = `UPDATE proposal SET trial = $2, trial_hash = $3, trial_at = $4 WHERE id = $1`

// KeepTrial keeps the last dry run of a proposal.
func (db *DB) KeepTrial(ctx context.Context, t view.ProposalTrial) error {
	_, err := db.x.ExecContext(ctx, sqlKeepTrial, t.ID, string(t.Trial), t.Hash, t.At)
	return told(err)
}

const sqlNameUsed = `
SELECT EXISTS (SELECT 1 FROM campaign k WHERE k.name = $1 AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.campaign_id = k.id AND p.id = $2))
	OR EXISTS (SELECT 1 FROM proposal p WHERE p.name = $1 AND p.state <> 'dropped' AND p.id <> $2)`

// NameUsed reports whether another campaign, or another proposal, has a name.
func (db *DB) NameUsed(ctx context.Context, name string, id survey.ProposalID) (bool, error) {
	var used bool
	return used, told(db.x.GetContext(ctx, &used, sqlNameUsed, name, id))
}
