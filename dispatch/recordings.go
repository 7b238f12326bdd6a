package dispatch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// RecordingStore is what writing out recordings needs of the database.
type RecordingStore interface {
	ResultStore
	// AnsweredRecording is a recording that an answer of the campaign holds, without
	// content if there is none.
	AnsweredRecording(ctx context.Context, campaign survey.CampaignID, id survey.RecordingID) (view.KeptRecording, error)
}

// SpokenAnswer is one answer that was spoken into a call. Like the answers it says
// nothing of whose it is; a voice does.
type SpokenAnswer struct {
	Name     string             `json:"name"`     // 0012_y_kien.wav: the response's line in the file of answers, the question; empty if there is no file
	Response survey.ResponseID  `json:"response"` // as in the file of answers
	Question string             `json:"question"`
	ID       survey.RecordingID `json:"id"`
	Seconds  float64            `json:"seconds"`
	Size     int                `json:"size"` // bytes
	SHA256   string             `json:"sha256"`
}

// WriteRecordings gives every recording of the responses that count to write, one at a
// time and in the order of the file of answers, and returns what they are: also those
// that are not fetched yet, or deleted since. Errors: voice_names, of a confidential
// campaign.
func WriteRecordings(ctx context.Context, store RecordingStore, campaign string, write func(a SpokenAnswer, content []byte) error) ([]SpokenAnswer, error) {
	d, err := questioned(ctx, store, campaign)
	if err != nil {
		return nil, err
	}
	if d.campaign.Confidentiality == survey.Confidential {
		return nil, &survey.Error{Kind: survey.Forbidden, Code: survey.CodeVoiceNames}
	}
	out := []SpokenAnswer{}
	line := -1
	for r, err := range d.each(ctx, store) {
		if err != nil {
			return out, err
		}
		line++
		for i := range d.questionnaire.Questions {
			q := &d.questionnaire.Questions[i]
			id, spoken := r.Answers[q.Name].Recorded()
			if q.Record == 0 || !spoken {
				continue
			}
			kept, err := store.AnsweredRecording(ctx, d.campaign.ID, id)
			if err != nil && survey.KindOf(err) != survey.NotFound {
				return out, fmt.Errorf("recording %s: %w", id, err)
			}
			a := SpokenAnswer{Response: r.ID, Question: q.Name, ID: id, Seconds: kept.Seconds, Size: len(kept.Content)}
			if len(kept.Content) > 0 {
				sum := sha256.Sum256(kept.Content)
				a.Name, a.SHA256 = fmt.Sprintf("%04d_%s.%s", line+1, q.Name, kept.Kind), hex.EncodeToString(sum[:])
				if err := write(a, kept.Content); err != nil {
					return out, err
				}
			}
			out = append(out, a)
		}
	}
	return out, nil
}

// WriteRecordingIndex writes what the recordings are, a line each, as CSV.
func WriteRecordingIndex(w io.Writer, list []SpokenAnswer) error {
	header := []string{"file", "response", "question", "id", "seconds", "size", "sha256"}
	return results.WriteCSV(w, header, func(yield func([]string, error) bool) {
		for _, a := range list {
			if !yield([]string{a.Name, string(a.Response), a.Question, string(a.ID), strconv.FormatFloat(a.Seconds, 'f', 1, 64), strconv.Itoa(a.Size), a.SHA256}, nil) {
				return
			}
		}
	})
}
