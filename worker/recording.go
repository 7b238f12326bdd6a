package worker

import (
	"context"
	"crypto/sha256"
	"errors"

	"canvass/dispatch/queue"
	"canvass/dispatch/sound"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

const (
	recordingsAtOnce = 10 // of one look; the next one is some seconds later
	// recordingLooks is how often, over some hours, a provider may say that it does not
	// have a recording before we believe it: at first it may not be ready.
	recordingLooks = 12
)

// recordings fetches what people said in calls, and has it removed where it was. Each
// is seen to by itself: one that fails comes again, later and later, for ever.
func (w *Worker) recordings(ctx context.Context, _ queue.Task) error {
	open, err := w.Store.TakeRecordings(ctx, recordingsAtOnce)
	if err != nil {
		return err
	}
	var failed []error
	for _, r := range open {
		if from := w.Recorders[r.Provider]; from != nil { // else another worker has the provider
			failed = append(failed, w.seeTo(ctx, from, r))
		}
	}
	return errors.Join(failed...)
}

// seeTo does what is to be done about one recording.
func (w *Worker) seeTo(ctx context.Context, from channel.Recorder, r view.OpenRecording) error {
	if r.Wanted && !r.Kept {
		return w.fetch(ctx, from, r)
	}
	if err := from.RemoveRecording(ctx, r.ProviderID); err != nil {
		return err
	}
	return w.Store.RecordingRemoved(ctx, r.ID)
}

// fetch fetches a recording and keeps it. Only then may the provider's copy go, which
// the next look sees to.
func (w *Worker) fetch(ctx context.Context, from channel.Recorder, r view.OpenRecording) error {
	content, err := from.Recording(ctx, r.ProviderID)
	switch {
	case survey.KindOf(err) == survey.NotFound && r.Looks < recordingLooks:
		return nil // not ready yet
	case survey.KindOf(err) == survey.NotFound:
		w.Logger.WarnContext(ctx, "a provider has a recording no more", "provider", r.Provider, "looks", r.Looks)
		return w.Store.RecordingRemoved(ctx, r.ID)
	case err != nil:
		return err
	}
	s, err := sound.Read(content)
	if err != nil {
		// What it is instead is no answer. It stays there for staff to look at.
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeAudioUnplayable, Args: map[string]string{"value": string(r.ID)}, Err: err}
	}
	return w.Store.KeepRecording(ctx, view.KeptRecording{ID: r.ID, Kind: s.Kind, Seconds: s.Seconds, Sum: sha256.Sum256(content), Content: content})
}
