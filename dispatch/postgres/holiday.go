package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlHolidays = `SELECT id, day, off, name, set_by, set_at FROM holiday WHERE dropped_at IS NULL AND day >= $1 ORDER BY day`

type holidayRow struct {
	ID    int64
	Day   time.Time
	Off   bool
	Name  string
	SetBy string    `db:"set_by"`
	SetAt time.Time `db:"set_at"`
}

// Holidays lists the days that staff set, from a day on.
func (db *DB) Holidays(ctx context.Context, from survey.Date) ([]view.HolidayLine, error) {
	var rows []holidayRow
	if err := db.x.SelectContext(ctx, &rows, sqlHolidays, from.String()); err != nil {
		return nil, told(err)
	}
	out := make([]view.HolidayLine, len(rows))
	for i, r := range rows {
		out[i] = view.HolidayLine{ID: r.ID, Day: survey.DateOf(r.Day), Off: r.Off, Name: r.Name, SetBy: r.SetBy, SetAt: r.SetAt}
	}
	return out, nil
}

const sqlOwnDays = `SELECT day, off FROM holiday WHERE dropped_at IS NULL`

// OwnDays are the days by which the calendar vn differs from the computed one.
func (db *DB) OwnDays(ctx context.Context) (survey.OwnDays, error) {
	own, err := ownDays(ctx, db.x)
	return own, told(err)
}

func ownDays(ctx context.Context, x sqlx.QueryerContext) (survey.OwnDays, error) {
	var rows []holidayRow
	if err := sqlx.SelectContext(ctx, x, &rows, sqlOwnDays); err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make(survey.OwnDays, len(rows))
	for _, r := range rows {
		out[survey.DateOf(r.Day)] = r.Off
	}
	return out, nil
}

const sqlLockHolidays = `SELECT pg_advisory_xact_lock(hashtext('canvass holiday'))`

const sqlAddHolidays = `
INSERT INTO holiday (day, off, name, set_by, set_at) SELECT d::date, $2, $3, $4, $5 FROM unnest($1::text[]) d
ON CONFLICT (day) WHERE dropped_at IS NULL DO NOTHING`

// SetHolidays sets days, on record, and moves the next dates of series. A day that was set
// stays as it is.
func (db *DB) SetHolidays(ctx context.Context, o view.HolidayOrder, by view.Audit) error {
	days := make(pq.StringArray, len(o.Days))
	for i, d := range o.Days {
		days[i] = d.String()
	}
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlLockHolidays); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlAddHolidays, days, o.Off, o.Name, by.Actor, by.At); err != nil {
			return err
		}
		if err := moveCursors(ctx, tx, o.Move); err != nil {
			return err
		}
		by.Act, by.Detail = "setting", map[string]any{"holiday": o.Name, "days": []string(days), "off": o.Off}
		return recordAudit(ctx, tx, by)
	})
}

const sqlDropHoliday = `
UPDATE holiday SET dropped_by = $3, dropped_at = $4 WHERE id = $1 AND dropped_at IS NULL AND day >= $2 RETURNING day, off, name`

// DropHoliday takes a day back that was set, is not past, and moves the next dates of series;
// on record. Errors: holiday_past, also of one that is not there.
func (db *DB) DropHoliday(ctx context.Context, id int64, today survey.Date, move view.SeriesMover, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlLockHolidays); err != nil {
			return err
		}
		var rows []holidayRow
		if err := tx.SelectContext(ctx, &rows, sqlDropHoliday, id, today.String(), by.Actor, by.At); err != nil {
			return err
		}
		if len(rows) == 0 {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeHolidayPast}
		}
		if err := moveCursors(ctx, tx, move); err != nil {
			return err
		}
		by.Act, by.Detail = "setting", map[string]any{"holiday": rows[0].Name, "days": []string{survey.DateOf(rows[0].Day).String()}, "off": rows[0].Off, "dropped": true}
		return recordAudit(ctx, tx, by)
	})
}

const sqlLockAhead = sqlSeriesColumns + `WHERE state <> 'ended' AND next_at IS NOT NULL ORDER BY id FOR NO KEY UPDATE`

// moveCursors has the next date of each series begin when it does by the days that hold now.
func moveCursors(ctx context.Context, tx *sqlx.Tx, move view.SeriesMover) error {
	own, err := ownDays(ctx, tx)
	if err != nil {
		return err
	}
	var rows []seriesRow
	if err := tx.SelectContext(ctx, &rows, sqlLockAhead); err != nil {
		return err
	}
	for _, r := range rows {
		date, at, err := move(r.series(), own)
		if err != nil {
			return err
		}
		if date == r.series().NextDate && at.Equal(r.NextAt.Time) {
			continue
		}
		if _, err := tx.ExecContext(ctx, sqlMoveCursor, r.ID, date, nullTime(at)); err != nil {
			return err
		}
	}
	return nil
}
