package postgres

import "canvass/dispatch/survey"

// What an answer was is kept when it changes, and when it stops to apply. Of an
// anonymous campaign it is not: the order of somebody's answers might tell who they
// are.
const sqlKeepEarlier = `
INSERT INTO answer_before (response_id, question, value, missing, mode, language, assigned_by, answered_at, replaced_at)
SELECT a.response_id, a.question, a.value, a.missing, a.mode, a.language, a.assigned_by, a.answered_at, $6
FROM answer_item a LEFT JOIN unnest($2::text[], $3::text[], $4::text[]) AS u (question, value, missing) ON u.question = a.question
WHERE a.response_id = $1 AND (a.question = ANY($5) OR u.question IS NOT NULL AND (a.value <> u.value OR a.missing <> u.missing))`

// before keeps what the items of a change take the place of.
func (w *changeWriter) before(question, value, missing any) error {
	if w.c.ResponseID == "" || w.c.Campaign.Confidentiality == survey.Anonymous {
		return nil
	}
	return w.exec(sqlKeepEarlier, string(w.c.ResponseID), question, value, missing, texts(w.ch.Drop), w.now)
}

const sqlForgetBefore = `DELETE FROM answer_before WHERE response_id = $1`
