package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type waveRow struct {
	ID         survey.WaveID   `db:"id"`
	SeriesID   survey.SeriesID `db:"series_id"`
	Date       survey.Date
	Number     int
	At         time.Time `db:"starts_at"`
	State      survey.WaveState
	Start      survey.WaveStart
	WantedAt   time.Time         `db:"wanted_at"`
	CampaignID survey.CampaignID `db:"campaign_id"`
	Reason     survey.Reason
	Actor      string
	Note       string
	Failures   int
	RetryAt    time.Time `db:"retry_at"`
	Faults     document[[]survey.Fault]
}

func (r waveRow) wave() survey.Wave {
	return survey.Wave{ID: r.ID, SeriesID: r.SeriesID, Date: r.Date, Number: r.Number, At: r.At, State: r.State, Start: r.Start,
		WantedAt: r.WantedAt, CampaignID: r.CampaignID, Reason: r.Reason, Actor: r.Actor, Note: r.Note, Failures: r.Failures,
		RetryAt: r.RetryAt, Faults: r.Faults.V}
}

const sqlWaveColumns = `w.id, w.series_id, w.date, w.number, w.starts_at, w.state, w.start, w.wanted_at,
	coalesce(w.campaign_id, 0) AS campaign_id, w.reason, w.actor, w.note, w.failures, w.retry_at, w.faults`

type openWaveRow struct {
	waveRow
	SeriesName string `db:"series_name"`
	Source     string
	Seed       int64
	Campaign   string
	Newer      bool
}

func (r openWaveRow) open() view.OpenWave {
	return view.OpenWave{Wave: r.wave(), Campaign: r.Campaign, Newer: r.Newer,
		Series: survey.Series{ID: r.SeriesID, Name: r.SeriesName, Source: r.Source, Seed: uint64(r.Seed)}}
}

// $2 is a wave for whose retry nobody waits.
const sqlOpenWaves = `
SELECT ` + sqlWaveColumns + `, s.name AS series_name, s.source, s.seed, coalesce(k.name, '') AS campaign,
	EXISTS (SELECT 1 FROM wave n WHERE n.series_id = w.series_id AND n.date > w.date AND n.state <> 'skipped') AS newer
FROM wave w JOIN series s ON s.id = w.series_id LEFT JOIN campaign k ON k.id = w.campaign_id
WHERE w.state IN ('due', 'prepared') AND s.state = 'active' AND (($2 = 0 AND w.retry_at <= $1) OR w.id = $2)
ORDER BY w.id`

// OpenWaves lists the waves that are to be created or launched now, of series
// that run.
func (db *DB) OpenWaves(ctx context.Context, now time.Time) ([]view.OpenWave, error) {
	var rows []openWaveRow
	if err := db.x.SelectContext(ctx, &rows, sqlOpenWaves, now, 0); err != nil {
		return nil, told(err)
	}
	out := make([]view.OpenWave, len(rows))
	for i, r := range rows {
		out[i] = r.open()
	}
	return out, nil
}

// OpenWave is one of them by its identifier, whether its retry is due or not; a
// NotFound if it is none any more.
func (db *DB) OpenWave(ctx context.Context, id survey.WaveID, now time.Time) (view.OpenWave, error) {
	var r openWaveRow
	if err := db.x.GetContext(ctx, &r, sqlOpenWaves, now, id); err != nil {
		return view.OpenWave{}, told(err)
	}
	return r.open(), nil
}

const sqlLockWave = `
SELECT ` + sqlWaveColumns + `, s.name AS series_name, s.source, s.seed, '' AS campaign, false AS newer
FROM wave w JOIN series s ON s.id = w.series_id WHERE w.id = $1 FOR NO KEY UPDATE OF w`

// The faults of before stay where the wave stands because of them.
const sqlMoveWave = `
UPDATE wave SET state = $2, reason = $3, actor = $4, note = $5, moved_at = $6, campaign_id = coalesce(campaign_id, nullif($7, 0)),
	failures = CASE WHEN $2 = 'asked' THEN failures ELSE 0 END, faults = CASE WHEN $2 = 'asked' THEN faults ELSE '[]' END
WHERE id = $1 AND state = ANY($8)`

// MoveWave is a compare-and-set on the wave's state, with an event. A wave that is
// not in a state that allows the move is a Conflict.
func (db *DB) MoveWave(ctx context.Context, m view.WaveMove) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var r openWaveRow
		if err := tx.GetContext(ctx, &r, sqlLockWave, m.ID); err != nil {
			return err
		}
		return moveWave(ctx, tx, r, m)
	})
}

func moveWave(ctx context.Context, tx *sqlx.Tx, r openWaveRow, m view.WaveMove) error {
	machine := survey.WaveMachine()
	to, err := machine.Next(r.State, m.Event)
	if err != nil {
		return conflict(machine, r.State, m.Event)
	}
	_, err = tx.ExecContext(ctx, sqlMoveWave, m.ID, to, m.Reason, m.Actor, m.Note, m.Now, r.CampaignID, texts(machine.From(m.Event)))
	if err != nil {
		return err
	}
	w := r.wave()
	w.Actor, w.Reason = m.Actor, m.Reason
	return record(ctx, tx, waveEvent(r.SeriesName, w, to, m.Now))
}

// PrepareWave creates the campaign of a wave that is due, once, and moves the
// wave: to prepared, or to asked if that is how it starts. A campaign that the
// wave has already stays. It returns the campaign's name and the wave's state.
func (db *DB) PrepareWave(ctx context.Context, p view.WavePreparation) (string, survey.WaveState, error) {
	var name string
	var to survey.WaveState
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		var r openWaveRow
		if err := tx.GetContext(ctx, &r, sqlLockWave, p.ID); err != nil {
			return err
		}
		ev := survey.WavePrepare
		if r.Start == survey.StartAsk {
			ev = survey.WaveAsk
		}
		var err error
		if to, err = survey.WaveMachine().Next(r.State, ev); err != nil {
			return err
		}
		if r.CampaignID == 0 {
			if r.CampaignID, err = createCampaign(ctx, tx, p.Campaign, p.Actor, p.Now); err != nil {
				return err
			}
		}
		var k campaignRow
		if err := tx.GetContext(ctx, &k, sqlCampaign, r.CampaignID); err != nil {
			return err
		}
		name = k.Name
		return moveWave(ctx, tx, r, view.WaveMove{ID: p.ID, Event: ev, Actor: p.Actor, Reason: r.Reason, Note: r.Note, Now: p.Now})
	})
	return name, to, err
}

const sqlFailWave = `
UPDATE wave SET failures = failures + 1, faults = $2, retry_at = $3 WHERE id = $1 AND state IN ('due', 'prepared')`

// FailWave notes that a wave could not be created or launched, and when to try
// again. A wave that went on meanwhile is left alone.
func (db *DB) FailWave(ctx context.Context, f view.WaveFailure) error {
	faults, err := encoded(f.Faults)
	if err != nil {
		return err
	}
	_, err = db.x.ExecContext(ctx, sqlFailWave, f.ID, faults, f.RetryAt)
	return told(err)
}

const sqlWaveOn = `SELECT id FROM wave WHERE series_id = $1 AND date = $2`

const sqlWantWave = `UPDATE wave SET start = 'launch', wanted_at = $2, retry_at = $2, reason = $3, actor = $4, note = $5 WHERE id = $1`

// OrderWave carries out what a member of staff decided about one date: it is
// skipped, or to be launched now. A date without a wave gets one. A series that
// does not run, and a wave that is launched, are a Conflict.
func (db *DB) OrderWave(ctx context.Context, o view.WaveOrder) (survey.WaveID, error) {
	var id survey.WaveID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		id = 0
		var s seriesRow
		if err := tx.GetContext(ctx, &s, sqlLockSeries, o.SeriesID); err != nil {
			return err
		}
		if s.State != survey.SeriesActive {
			return notRunning(s.State, string(o.Event))
		}
		if err := one(tx.SelectContext, ctx, &id, sqlWaveOn, o.SeriesID, o.Date); err != nil {
			return err
		}
		if id == 0 {
			return newOrderedWave(ctx, tx, s, o, &id)
		}
		var r openWaveRow
		if err := tx.GetContext(ctx, &r, sqlLockWave, id); err != nil {
			return err
		}
		// One that is due or prepared already has only to be hurried.
		open := r.State == survey.WaveDue || r.State == survey.WavePrepared
		if !open || o.Event == survey.WaveSkip {
			err := moveWave(ctx, tx, r, view.WaveMove{ID: id, Event: o.Event, Actor: o.Actor, Reason: survey.ReasonStaff, Note: o.Note, Now: o.Now})
			if err != nil {
				return err
			}
		}
		if o.Event == survey.WaveRun {
			_, err := tx.ExecContext(ctx, sqlWantWave, id, o.Now, survey.ReasonStaff, o.Actor, o.Note)
			return err
		}
		return nil
	})
	return id, err
}

func newOrderedWave(ctx context.Context, tx *sqlx.Tx, s seriesRow, o view.WaveOrder, id *survey.WaveID) error {
	w := survey.Wave{Date: o.Date, Number: o.Number, At: o.At, WantedAt: o.Now, Start: survey.StartLaunch, State: survey.WaveDue,
		Reason: survey.ReasonStaff, Actor: o.Actor, Note: o.Note}
	if o.Event == survey.WaveSkip {
		w.State = survey.WaveSkipped
	}
	if err := insertWave(ctx, tx, waveKeeping{s.series(), o.Actor, o.Now}, w); err != nil {
		return err
	}
	return tx.GetContext(ctx, id, sqlWaveOn, o.SeriesID, o.Date)
}

const sqlWaveOf = `
SELECT ` + sqlWaveColumns + `, s.name AS series_name, s.source, s.seed, s.state AS series_state, '' AS campaign, false AS newer
FROM wave w JOIN series s ON s.id = w.series_id WHERE w.campaign_id = $1`

const sqlLockWaveOf = sqlWaveOf + ` FOR NO KEY UPDATE OF w`

type waveOfRow struct {
	openWaveRow
	SeriesState survey.SeriesState `db:"series_state"`
}

// allows refuses the launch of a campaign whose wave was skipped, or whose series
// does not run.
func (r waveOfRow) allows() error {
	if r.SeriesState != survey.SeriesActive {
		return notRunning(r.SeriesState, string(survey.WaveLaunch))
	}
	if _, err := survey.WaveMachine().Next(r.State, survey.WaveLaunch); err != nil {
		return conflict(survey.WaveMachine(), r.State, survey.WaveLaunch)
	}
	return nil
}

func notRunning(state survey.SeriesState, event string) error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState, Args: map[string]string{
		"machine": "series", "state": string(state), "event": event, "want": string(survey.SeriesActive)}}
}

// WaveAllows refuses, with a Conflict, the launch of a campaign whose wave was
// skipped or whose series does not run. A campaign of no series may be launched.
func (db *DB) WaveAllows(ctx context.Context, id survey.CampaignID) error {
	var rows []waveOfRow
	if err := db.x.SelectContext(ctx, &rows, sqlWaveOf, id); err != nil || len(rows) == 0 {
		return told(err)
	}
	return rows[0].allows()
}

// launchWave moves the wave of a campaign that is being launched, in the same
// transaction, under the condition of WaveAllows.
func launchWave(ctx context.Context, tx *sqlx.Tx, m view.CampaignMove) error {
	var rows []waveOfRow
	if err := tx.SelectContext(ctx, &rows, sqlLockWaveOf, m.ID); err != nil || len(rows) == 0 {
		return err
	}
	r := rows[0]
	if err := r.allows(); err != nil {
		return err
	}
	return moveWave(ctx, tx, r.openWaveRow, view.WaveMove{ID: r.ID, Event: survey.WaveLaunch, Actor: m.Actor, Reason: m.Reason,
		Note: r.Note, Now: m.Now})
}

type waveLineRow struct {
	waveRow
	Campaign      string
	CampaignState survey.CampaignState `db:"campaign_state"`
	EndsAt        sql.NullTime         `db:"ends_at"`
}

func (r waveLineRow) line() view.WaveLine {
	return view.WaveLine{Wave: r.wave(), Campaign: r.Campaign, CampaignState: r.CampaignState, EndsAt: r.EndsAt.Time}
}

const sqlWaves = `
SELECT ` + sqlWaveColumns + `, coalesce(k.name, '') AS campaign, coalesce(k.state, '') AS campaign_state, k.ends_at
FROM wave w LEFT JOIN campaign k ON k.id = w.campaign_id WHERE w.series_id = $1 ORDER BY w.date`

// Waves lists the waves of a series by date.
func (db *DB) Waves(ctx context.Context, id survey.SeriesID) ([]view.WaveLine, error) {
	var rows []waveLineRow
	if err := db.x.SelectContext(ctx, &rows, sqlWaves, id); err != nil {
		return nil, told(err)
	}
	out := make([]view.WaveLine, len(rows))
	for i, r := range rows {
		out[i] = r.line()
	}
	return out, nil
}

const sqlEverySeries = sqlSeriesColumns + `ORDER BY name`

const sqlLastWaves = `
SELECT DISTINCT ON (w.series_id) ` + sqlWaveColumns + `, coalesce(k.name, '') AS campaign, coalesce(k.state, '') AS campaign_state, k.ends_at
FROM wave w LEFT JOIN campaign k ON k.id = w.campaign_id WHERE w.starts_at <= $1 ORDER BY w.series_id, w.date DESC`

const sqlAskedWaves = `SELECT series_id, count(*) AS n FROM wave WHERE state = 'asked' GROUP BY series_id`

// AllSeries lists every series by name, with its latest wave at now.
func (db *DB) AllSeries(ctx context.Context, now time.Time) ([]view.SeriesLine, error) {
	var rows []seriesRow
	if err := db.x.SelectContext(ctx, &rows, sqlEverySeries); err != nil {
		return nil, told(err)
	}
	var last []waveLineRow
	if err := db.x.SelectContext(ctx, &last, sqlLastWaves, now); err != nil {
		return nil, told(err)
	}
	var asked []struct {
		SeriesID survey.SeriesID `db:"series_id"`
		N        int
	}
	if err := db.x.SelectContext(ctx, &asked, sqlAskedWaves); err != nil {
		return nil, told(err)
	}
	out := make([]view.SeriesLine, len(rows))
	at := map[survey.SeriesID]*view.SeriesLine{}
	for i, r := range rows {
		out[i].Series = r.series()
		at[r.ID] = &out[i]
	}
	for _, r := range last {
		if s := at[r.SeriesID]; s != nil {
			line := r.line()
			s.Last = &line
		}
	}
	for _, r := range asked {
		if s := at[r.SeriesID]; s != nil {
			s.Asked = r.N
		}
	}
	return out, nil
}
