package postgres

import (
	"database/sql"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// sqlFactColumns are what the row of an invitation i knows of its case, beside
// what its attempts say.
const sqlFactColumns = `i.human_at, i.refusal, i.wrong_person_at, i.late_at, i.message_left_at, i.progress`

// factRow scans sqlFactColumns.
type factRow struct {
	HumanAt       sql.NullTime `db:"human_at"`
	Refusal       sql.NullString
	WrongPersonAt sql.NullTime `db:"wrong_person_at"`
	LateAt        sql.NullTime `db:"late_at"`
	MessageLeftAt sql.NullTime `db:"message_left_at"`
	Progress      document[view.Progress]
}

// facts folds what the row and the attempts say.
func (r factRow) facts(attempts []survey.Attempt) survey.CaseFacts {
	p := r.Progress.V
	f := survey.CaseFacts{Human: r.HumanAt.Valid, Late: r.LateAt.Valid, MessageLeft: r.MessageLeftAt.Valid,
		Applicable: p.Applicable, Answered: p.Answered, KeyAnswered: p.Keys,
		Refused: r.Refusal.Valid, ByOther: r.Refusal.String == "other", WrongPerson: r.WrongPersonAt.Valid}
	return f.WithAttempts(attempts...)
}
