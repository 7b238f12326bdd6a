package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlKeepSound = `INSERT INTO sound (sha256, kind, seconds, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	sqlNameSound = `
INSERT INTO questionnaire_sound (questionnaire_id, name, sha256) VALUES ($1, $2, $3)
ON CONFLICT (questionnaire_id, name) DO UPDATE SET name = excluded.name RETURNING sha256 = $3`
)

// keepSounds gives a published version its recordings. What it has already it keeps: a
// call under way would else hear another question than the one that was published.
func keepSounds(ctx context.Context, tx *sqlx.Tx, id survey.QuestionnaireID, sounds []view.NewSound) error {
	for _, s := range sounds {
		if _, err := tx.ExecContext(ctx, sqlKeepSound, s.Ref.Sum[:], s.Ref.Kind, s.Seconds, s.Content); err != nil {
			return err
		}
		var same bool
		if err := tx.GetContext(ctx, &same, sqlNameSound, id, s.Name, s.Ref.Sum[:]); err != nil {
			return err
		}
		if !same {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeAudioChanged, Args: map[string]string{"value": s.Name}}
		}
	}
	return nil
}

const sqlSounds = `
SELECT q.name, s.kind, s.sha256 FROM questionnaire_sound q JOIN sound s ON s.sha256 = q.sha256 WHERE q.questionnaire_id = $1`

// Sounds are the recordings of a published version, by the names that it has for them.
func (db *DB) Sounds(ctx context.Context, id survey.QuestionnaireID) (map[string]survey.SoundRef, error) {
	var rows []struct {
		Name   string
		Kind   survey.SoundKind
		SHA256 []byte
	}
	if err := db.x.SelectContext(ctx, &rows, sqlSounds, id); err != nil {
		return nil, told(err)
	}
	out := map[string]survey.SoundRef{}
	for _, r := range rows {
		ref := survey.SoundRef{Kind: r.Kind}
		copy(ref.Sum[:], r.SHA256)
		out[r.Name] = ref
	}
	return out, nil
}

const sqlSound = `SELECT content FROM sound WHERE sha256 = $1 AND kind = $2`

// Sound is the content of a recording, or NotFound.
func (db *DB) Sound(ctx context.Context, ref survey.SoundRef) ([]byte, error) {
	var content []byte
	err := db.x.GetContext(ctx, &content, sqlSound, ref.Sum[:], ref.Kind)
	return content, told(err)
}
