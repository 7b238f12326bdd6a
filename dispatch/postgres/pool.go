package postgres

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A release writes every response of its campaign anew, the ones that were out before
// too, in an order drawn by lot, with new ids and one day for all: so no row has a place,
// a transaction or a time of its own that says when its person sent it. What stays in the
// pool is written anew as well.

const sqlPoolCampaigns = sqlCampaignColumns + `
WHERE confidentiality = 'anonymous' AND (EXISTS (SELECT 1 FROM pool p WHERE p.campaign_id = campaign.id)
	OR state IN ('closed', 'archived') AND EXISTS (SELECT 1 FROM link.partial p JOIN invitation i ON i.id = p.invitation_id
		WHERE i.campaign_id = campaign.id)) ORDER BY id`

const sqlPoolCounts = `
SELECT stratum, sum(waiting) AS waiting, sum(released) AS released FROM (
	SELECT stratum, count(*) AS waiting, 0 AS released FROM pool WHERE campaign_id = $1 GROUP BY 1
	UNION ALL SELECT stratum, 0, count(*) FROM response WHERE campaign_id = $1 GROUP BY 1) n GROUP BY 1 ORDER BY 1`

// PoolsWaiting lists the anonymous campaigns with answers that wait to be released.
func (db *DB) PoolsWaiting(ctx context.Context) ([]view.PoolWaits, error) {
	var rows []campaignRow
	if err := db.x.SelectContext(ctx, &rows, sqlPoolCampaigns); err != nil {
		return nil, told(err)
	}
	out := make([]view.PoolWaits, len(rows))
	for i, r := range rows {
		out[i].Campaign = r.campaign()
		counts, err := poolCounts(ctx, db.x, r.ID)
		if err != nil {
			return nil, told(err)
		}
		out[i].Counts = counts
	}
	return out, nil
}

func poolCounts(ctx context.Context, x sqlx.QueryerContext, id survey.CampaignID) ([]view.PoolCount, error) {
	var out []view.PoolCount
	return out, sqlx.SelectContext(ctx, x, &out, sqlPoolCounts, id)
}

const (
	// The campaign is not closed meanwhile; what is sent meanwhile comes into the pool
	// behind what is read.
	sqlLockPool = `SELECT pg_advisory_xact_lock(hashtextextended('canvass pool', $1))`

	sqlPoolLumps = `SELECT id, stratum, content FROM pool WHERE campaign_id = $1`

	sqlReleased = `
SELECT r.stratum, r.weight, coalesce((SELECT jsonb_object_agg(a.question, jsonb_build_array(a.value, a.missing)) FROM answer_item a
	WHERE a.response_id = r.id), '{}') AS answers,
	coalesce((SELECT jsonb_object_agg(t.question, t.given) FROM (SELECT o.question, jsonb_agg(jsonb_build_object('topic', o.topic_id, 'by', o.coded_by)) AS given
		FROM answer_topic o WHERE o.response_id = r.id GROUP BY 1) t), '{}') AS topics FROM response r WHERE r.campaign_id = $1 ORDER BY r.id`

	sqlInvitedBy = `
SELECT coalesce(d.kept, i.stratum) AS stratum, count(*) AS invited, sum(i.weight) AS weight
FROM invitation i LEFT JOIN stratum_draw d ON d.campaign_id = i.campaign_id AND d.stratum = i.stratum
WHERE i.campaign_id = $1 AND i.state NOT IN ('held', 'withdrawn') GROUP BY 1`
)

// ReleasePool does with the answers of one campaign what plan says, in one transaction.
func (db *DB) ReleasePool(ctx context.Context, o view.PoolOrder, plan func(view.Pool) (view.Release, error)) error {
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlLockPool, int64(o.ID)); err != nil {
			return err
		}
		var k campaignRow
		if err := tx.GetContext(ctx, &k, sqlCampaign, o.ID); err != nil {
			return err
		}
		r := releaser{ctx: ctx, tx: tx, o: o, pool: view.Pool{PoolWaits: view.PoolWaits{Campaign: k.campaign()},
			Invited: map[string]int{}, Weight: map[string]float64{}}}
		if err := r.read(); err != nil {
			return err
		}
		out, err := plan(r.pool)
		if err != nil {
			return err
		}
		return r.write(out)
	})
	if err == nil {
		_, _ = db.x.ExecContext(ctx, `VACUUM pool`) // what was deleted need not lie about
	}
	return err
}

// releaser is one release.
type releaser struct {
	ctx  context.Context
	tx   *sqlx.Tx
	o    view.PoolOrder
	pool view.Pool
	ids  pq.StringArray // of the lumps that were read
}

func (r *releaser) read() error {
	counts, err := poolCounts(r.ctx, r.tx, r.o.ID)
	if err != nil {
		return err
	}
	r.pool.Counts = counts
	var lumps []struct {
		ID, Stratum string
		Content     []byte
	}
	if err := r.tx.SelectContext(r.ctx, &lumps, sqlPoolLumps, r.o.ID); err != nil {
		return err
	}
	for _, l := range lumps {
		r.ids = append(r.ids, l.ID)
		r.pool.Waiting = append(r.pool.Waiting, view.PoolLump{Stratum: l.Stratum, Content: l.Content})
	}
	var out []struct {
		Stratum string
		Weight  float64
		Answers document[view.SealedAnswers]
		Topics  document[map[string][]view.GivenTopic]
	}
	if err := r.tx.SelectContext(r.ctx, &out, sqlReleased, r.o.ID); err != nil {
		return err
	}
	for _, l := range out {
		r.pool.Released = append(r.pool.Released, view.Loose{Stratum: l.Stratum, Weight: l.Weight, Answers: l.Answers.V, Topics: l.Topics.V})
	}
	var by []struct {
		Stratum string
		Invited int
		Weight  float64
	}
	if err := r.tx.SelectContext(r.ctx, &by, sqlInvitedBy, r.o.ID); err != nil {
		return err
	}
	for _, s := range by {
		r.pool.Invited[s.Stratum], r.pool.Weight[s.Stratum] = s.Invited, s.Weight
	}
	return nil
}

const (
	sqlEmptyPool     = `DELETE FROM pool WHERE id = ANY($1::uuid[])`
	sqlDropReleased  = `DELETE FROM response WHERE campaign_id = $1`
	sqlDropPartials  = `DELETE FROM link.partial p USING invitation i WHERE i.id = p.invitation_id AND i.campaign_id = $1`
	sqlBackToPool    = `INSERT INTO pool (campaign_id, stratum, content) VALUES ($1, $2, $3)`
	sqlWriteReleased = `
INSERT INTO response (campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at, submitted_at)
SELECT k.id, k.questionnaire_id, $2, $3, '', 'submitted', 'web', $4, $4 FROM campaign k WHERE k.id = $1 RETURNING id`
)

func (r *releaser) write(out view.Release) error {
	ended := r.pool.Ended()
	if ended {
		if _, err := r.tx.ExecContext(r.ctx, sqlDropPartials, r.o.ID); err != nil {
			return err
		}
	}
	if out.Loose == nil && !ended {
		return nil
	}
	if _, err := r.tx.ExecContext(r.ctx, sqlEmptyPool, r.ids); err != nil {
		return err
	}
	for _, l := range out.Left {
		if _, err := r.tx.ExecContext(r.ctx, sqlBackToPool, r.o.ID, l.Stratum, l.Content); err != nil {
			return err
		}
	}
	if out.Loose != nil {
		if _, err := r.tx.ExecContext(r.ctx, sqlDropReleased, r.o.ID); err != nil {
			return err
		}
		for _, l := range out.Loose {
			if err := r.loose(l); err != nil {
				return err
			}
		}
	}
	if !ended {
		return nil
	}
	return record(r.ctx, r.tx, survey.Event{Kind: survey.EventReleased, At: r.o.At, CampaignID: r.o.ID, Actor: "scheduler", Reason: survey.ReasonEnded,
		Args: map[string]string{"answers": strconv.Itoa(len(out.Loose)), "withheld": strconv.Itoa(out.Withheld)}})
}

const sqlGiveAgain = `INSERT INTO answer_topic (campaign_id, question, topic_id, response_id, coded_by) VALUES ($1, $2, $3, $4, $5)`

// loose writes the answers of one person, in the order of the names of the questions.
func (r *releaser) loose(l view.Loose) error {
	var id string
	if err := r.tx.GetContext(r.ctx, &id, sqlWriteReleased, r.o.ID, l.Stratum, l.Weight, r.o.At); err != nil {
		return err
	}
	var question, value, missing, at pq.StringArray
	for q := range l.Answers {
		question = append(question, q)
	}
	slices.Sort(question)
	for _, q := range question {
		value, missing = append(value, l.Answers[q][0]), append(missing, l.Answers[q][1])
		at = append(at, r.o.At.Format(time.RFC3339Nano))
	}
	_, err := r.tx.ExecContext(r.ctx, sqlSaveItems, id, question, value, missing, survey.Web, at, "", make(pq.StringArray, len(question)))
	if err != nil {
		return err
	}
	for _, q := range slices.Sorted(maps.Keys(l.Topics)) {
		for _, t := range l.Topics[q] {
			if _, err := r.tx.ExecContext(r.ctx, sqlGiveAgain, r.o.ID, q, t.Topic, id, t.By); err != nil {
				return err
			}
		}
	}
	return nil
}
