package intake

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/worker/ingest"
)

// soundRoot is where the provider fetches recordings of questions. Their names follow
// from their content: nobody can guess one, and none says whom it is played to.
const soundRoot = "/sound/"

// played are the files of the questions of a step that are played rather than read, by
// question: those that were recorded in the language of the call.
func (in *intake) played(ctx context.Context, step ingest.CallStep) (map[string]string, error) {
	named := map[string]string{}
	for _, p := range step.Prompts {
		if q, ok := step.Questionnaire.Question(p.Question); ok && p.Kind == instrument.PromptQuestion && step.Questionnaire.Playable(q) {
			if name := q.Audio[step.Lang]; name != "" {
				named[p.Question] = name
			}
		}
	}
	if len(named) == 0 {
		return nil, nil
	}
	kept, err := in.Store.Sounds(ctx, step.Case.Questionnaire.ID)
	if err != nil {
		return nil, err
	}
	for question, name := range named {
		ref, ok := kept[name]
		if !ok {
			delete(named, question)
			continue
		}
		named[question] = ref.File()
	}
	return named, nil
}

// sound serves a recording. It may be kept for ever: another content has another name.
func (in *intake) sound(w http.ResponseWriter, r *http.Request) {
	ref, ok := survey.ParseSound(r.PathValue("file"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	content, err := in.Store.Sound(r.Context(), ref)
	switch {
	case survey.KindOf(err) == survey.NotFound:
		http.NotFound(w, r)
		return
	case err != nil:
		in.Logger.ErrorContext(r.Context(), "a recording cannot be read", "route", r.Pattern, "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	h := w.Header()
	h.Set("Content-Type", ref.Kind.MediaType())
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+ref.File()+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}
