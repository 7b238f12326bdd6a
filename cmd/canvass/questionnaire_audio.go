package main

import (
	"context"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// checkAudio looks at the recordings that a questionnaire names: those of a directory,
// or what a published version has already.
func (a *app) checkAudio(ctx context.Context, name string, q *instrument.Questionnaire, dir string, c *checked) error {
	heard := appraisal.Recordings(q, audioDir(dir))
	c.Sounds = len(heard.Sounds)
	if dir == "" && a.isPublished(name) && len(heard.Warnings) > 0 {
		kept, err := a.keptSounds(ctx, name)
		if err != nil {
			return err
		}
		c.Sounds = len(kept)
		var missing []*survey.Error
		for _, w := range heard.Warnings {
			if _, have := kept[w.Args["value"]]; !have || w.Code != survey.CodeAudioCarried {
				missing = append(missing, w)
			}
		}
		heard.Warnings = missing
	}
	c.Errors = append(c.Errors, a.findings(heard.Errors)...)
	c.Warnings = append(c.Warnings, a.findings(heard.Warnings)...)
	return nil
}

// keptSounds are the recordings of a published version by their names.
func (a *app) keptSounds(ctx context.Context, name string) (map[string]survey.SoundRef, error) {
	e, err := a.oneShot(ctx)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	q, err := e.publishedQuestionnaire(ctx, name)
	if err != nil {
		return nil, err
	}
	return e.db.Sounds(ctx, q.ID)
}
