package postgres

import (
	"cmp"
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type seriesRow struct {
	ID          survey.SeriesID `db:"id"`
	Name        string
	Source      string
	Seed        int64
	State       survey.SeriesState
	NextDate    survey.Date   `db:"next_date"`
	NextAt      sql.NullTime  `db:"next_at"`
	PausedAt    sql.NullTime  `db:"paused_at"`
	PauseReason survey.Reason `db:"pause_reason"`
	Note        string
	CreatedAt   time.Time `db:"created_at"`
	CreatedBy   string    `db:"created_by"`
}

func (r seriesRow) series() survey.Series {
	return survey.Series{ID: r.ID, Name: r.Name, Source: r.Source, Seed: uint64(r.Seed), State: r.State,
		NextDate: r.NextDate, NextAt: r.NextAt.Time, PausedAt: r.PausedAt.Time, PauseReason: r.PauseReason,
		Note: r.Note, CreatedAt: r.CreatedAt, CreatedBy: r.CreatedBy}
}

const sqlSeriesColumns = `SELECT id, name, source, seed, state, next_date, next_at, paused_at, pause_reason, note,
	created_at, created_by FROM series `

const sqlCreateSeries = `
INSERT INTO series (name, source, seed, next_date, next_at, created_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`

// CreateSeries stores a series that runs. A name that is taken is a Conflict.
func (db *DB) CreateSeries(ctx context.Context, s survey.Series) (survey.SeriesID, error) {
	var id survey.SeriesID
	err := db.within(ctx, func(tx *sqlx.Tx) error {
		err := tx.GetContext(ctx, &id, sqlCreateSeries, s.Name, s.Source, int64(s.Seed), s.NextDate, nullTime(s.NextAt),
			s.CreatedAt, s.CreatedBy)
		if err != nil {
			return err
		}
		return record(ctx, tx, survey.Event{Kind: survey.EventSeriesMoved, At: s.CreatedAt, Actor: s.CreatedBy,
			Reason: survey.ReasonStaff, Args: map[string]string{"series": s.Name, "event": "create", "to": string(survey.SeriesActive)}})
	})
	if isState(err, "23505") {
		return 0, &survey.Error{Kind: survey.Conflict, Code: survey.CodeNameTaken, Args: map[string]string{"name": s.Name}, Err: err}
	}
	return id, err
}

const sqlSeriesByName = sqlSeriesColumns + `WHERE name = $1`

// SeriesByName returns the series that staff call name.
func (db *DB) SeriesByName(ctx context.Context, name string) (survey.Series, error) {
	var r seriesRow
	if err := db.x.GetContext(ctx, &r, sqlSeriesByName, name); err != nil {
		return survey.Series{}, notFound(told(err), "series", name)
	}
	return r.series(), nil
}

const sqlSeriesDue = sqlSeriesColumns + `WHERE state = 'active' AND next_at <= $1 ORDER BY id`

// SeriesDue lists the series that run and have a date that has come.
func (db *DB) SeriesDue(ctx context.Context, now time.Time) ([]survey.Series, error) {
	var rows []seriesRow
	if err := db.x.SelectContext(ctx, &rows, sqlSeriesDue, now); err != nil {
		return nil, told(err)
	}
	out := make([]survey.Series, len(rows))
	for i, r := range rows {
		out[i] = r.series()
	}
	return out, nil
}

const sqlLockSeries = sqlSeriesColumns + `WHERE id = $1 FOR NO KEY UPDATE`

// DecideSeries decides the dates of a series that have come, once: whoever comes
// second finds them decided.
func (db *DB) DecideSeries(ctx context.Context, id survey.SeriesID, now time.Time, decide view.DecideWaves) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var r seriesRow
		if err := tx.GetContext(ctx, &r, sqlLockSeries, id); err != nil {
			return err
		}
		if r.State != survey.SeriesActive || !r.NextAt.Valid || r.NextAt.Time.After(now) {
			return nil
		}
		return decideWaves(ctx, tx, waveKeeping{r.series(), scheduler, now}, decide)
	})
}

// scheduler is who the record names for what is decided by a policy.
const scheduler = "scheduler"

// waveKeeping is for whom, by whom and when waves are written.
type waveKeeping struct {
	series survey.Series
	actor  string
	now    time.Time
}

const sqlDatesTaken = `SELECT date FROM wave WHERE series_id = $1 AND date >= $2 ORDER BY date`

const sqlInsertWave = `
INSERT INTO wave (series_id, date, number, starts_at, state, start, wanted_at, reason, actor, note, moved_at, retry_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`

const sqlMoveCursor = `UPDATE series SET next_date = $2, next_at = $3 WHERE id = $1`

// decideWaves writes what decide makes of the dates that have come. The caller
// holds the lock of the series.
func decideWaves(ctx context.Context, tx *sqlx.Tx, k waveKeeping, decide view.DecideWaves) error {
	if k.series.NextDate.IsZero() {
		return nil
	}
	var taken []survey.Date
	if err := tx.SelectContext(ctx, &taken, sqlDatesTaken, k.series.ID, k.series.NextDate); err != nil {
		return err
	}
	d, err := decide(k.series, taken)
	if err != nil {
		return err
	}
	for _, w := range d.Waves {
		w.Actor = k.actor
		if err := insertWave(ctx, tx, k, w); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, sqlMoveCursor, k.series.ID, d.NextDate, nullTime(d.NextAt))
	return err
}

func insertWave(ctx context.Context, tx *sqlx.Tx, k waveKeeping, w survey.Wave) error {
	_, err := tx.ExecContext(ctx, sqlInsertWave, k.series.ID, w.Date, w.Number, w.At, w.State, w.Start, w.WantedAt, w.Reason,
		w.Actor, w.Note, k.now)
	if err != nil {
		return err
	}
	return record(ctx, tx, waveEvent(k.series.Name, w, w.State, k.now))
}

// waveEvent is the record of a wave that came to a state.
func waveEvent(series string, w survey.Wave, to survey.WaveState, at time.Time) survey.Event {
	return survey.Event{Kind: survey.EventWaveMoved, At: at, CampaignID: w.CampaignID, Actor: w.Actor, Reason: w.Reason,
		Args: map[string]string{"series": series, "date": w.Date.String(), "to": string(to)}}
}

const sqlMoveSeries = `
UPDATE series SET state = $2, note = $3,
	paused_at = CASE WHEN $4 = 'pause' THEN $5::timestamptz END, pause_reason = CASE WHEN $4 = 'pause' THEN $6 ELSE '' END
WHERE id = $1 AND state = ANY($7)`

const sqlSkipOpenWaves = `
UPDATE wave SET state = 'skipped', reason = $2, actor = $3, note = $4, moved_at = $5
WHERE series_id = $1 AND state = ANY($6) RETURNING date, coalesce(campaign_id, 0) AS campaign_id`

// MoveSeries is a compare-and-set on the series' state, with an event. With
// resume, the dates that passed are decided in the same transaction; with end,
// every wave that is not launched is skipped. A series that is not in a state
// that allows the move is a Conflict.
func (db *DB) MoveSeries(ctx context.Context, m view.SeriesMove) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var r seriesRow
		if err := tx.GetContext(ctx, &r, sqlLockSeries, m.ID); err != nil {
			return err
		}
		machine := survey.SeriesMachine()
		to, err := machine.Next(r.State, m.Event)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlMoveSeries, m.ID, to, m.Note, m.Event, m.Now, m.Reason, texts(machine.From(m.Event)))
		if err != nil {
			return err
		}
		err = record(ctx, tx, survey.Event{Kind: survey.EventSeriesMoved, At: m.Now, Actor: m.Actor, Reason: m.Reason,
			Args: map[string]string{"series": r.Name, "event": string(m.Event), "to": string(to)}})
		if err != nil {
			return err
		}
		switch m.Event {
		case survey.SeriesResume:
			return decideWaves(ctx, tx, waveKeeping{r.series(), m.Actor, m.Now}, m.Decide)
		case survey.SeriesEnd:
			return skipOpenWaves(ctx, tx, r.Name, m)
		}
		return nil
	})
}

func skipOpenWaves(ctx context.Context, tx *sqlx.Tx, series string, m view.SeriesMove) error {
	var rows []movedWaveRow
	err := tx.SelectContext(ctx, &rows, sqlSkipOpenWaves, m.ID, m.Reason, m.Actor, m.Note, m.Now,
		texts(survey.WaveMachine().From(survey.WaveSkip)))
	if err != nil {
		return err
	}
	return recordMoved(ctx, tx, rows, survey.Event{At: m.Now, Actor: m.Actor, Reason: m.Reason,
		Args: map[string]string{"series": series, "to": string(survey.WaveSkipped)}})
}

type movedWaveRow struct {
	Series     string
	Date       survey.Date
	CampaignID survey.CampaignID `db:"campaign_id"`
}

// recordMoved records a move that several waves made at once, like e.
func recordMoved(ctx context.Context, tx *sqlx.Tx, rows []movedWaveRow, e survey.Event) error {
	events := make([]survey.Event, len(rows))
	for i, r := range rows {
		events[i] = waveEvent(cmp.Or(r.Series, e.Args["series"]), survey.Wave{Date: r.Date, CampaignID: r.CampaignID, Actor: e.Actor,
			Reason: e.Reason}, survey.WaveState(e.Args["to"]), e.At)
	}
	return record(ctx, tx, events...)
}

// A copy of the database does not know which waves were begun after its backup
// was taken: no date is decided and nothing is launched before staff resume.
const sqlPauseSeries = `
UPDATE series SET state = 'paused', paused_at = least($1, next_at), pause_reason = $2 WHERE state = 'active' RETURNING name`

const sqlAskOpenWaves = `
UPDATE wave w SET state = 'asked', reason = $2, actor = $3, moved_at = $1 FROM series s
WHERE s.id = w.series_id AND w.state IN ('due', 'prepared')
RETURNING s.name AS series, w.date, coalesce(w.campaign_id, 0) AS campaign_id`

// pauseRestoredSeries pauses every series that runs, and asks staff about every
// wave that was about to begin.
func pauseRestoredSeries(ctx context.Context, tx *sqlx.Tx, now time.Time, actor string) error {
	var names []string
	if err := tx.SelectContext(ctx, &names, sqlPauseSeries, now, survey.ReasonInDoubt); err != nil {
		return err
	}
	for _, name := range names {
		err := record(ctx, tx, survey.Event{Kind: survey.EventSeriesMoved, At: now, Actor: actor, Reason: survey.ReasonInDoubt,
			Args: map[string]string{"series": name, "event": string(survey.SeriesPause), "to": string(survey.SeriesPaused)}})
		if err != nil {
			return err
		}
	}
	var rows []movedWaveRow
	if err := tx.SelectContext(ctx, &rows, sqlAskOpenWaves, now, survey.ReasonInDoubt, actor); err != nil {
		return err
	}
	return recordMoved(ctx, tx, rows, survey.Event{At: now, Actor: actor, Reason: survey.ReasonInDoubt,
		Args: map[string]string{"to": string(survey.WaveAsked)}})
}

// conflict says that a thing of the house is not in a state that allows ev.
func conflict[S, E ~string](machine survey.Machine[S, E], state S, ev E) error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState, Args: map[string]string{"machine": machine.Name,
		"state": string(state), "event": string(ev), "want": strings.Join(texts(machine.From(ev)), ", ")}}
}
