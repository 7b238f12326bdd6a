package dispatch

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// VoiceStore is what listening to spoken answers needs of the database.
type VoiceStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	AnsweredRecording(ctx context.Context, campaign survey.CampaignID, id survey.RecordingID) (view.KeptRecording, error)
	WriteDown(ctx context.Context, t view.Transcript) error
}

// mostTranscript is the most characters that are written down of one spoken answer.
const mostTranscript = 4000

// HearAnswer returns a recording that an answer of a campaign is. Errors: not_found, also
// of one that is not fetched yet or was deleted; voice_names, of a confidential campaign.
func HearAnswer(ctx context.Context, store VoiceStore, campaign string, id survey.RecordingID) (view.KeptRecording, error) {
	k, err := voiced(ctx, store, campaign)
	if err != nil {
		return view.KeptRecording{}, err
	}
	kept, err := store.AnsweredRecording(ctx, k.ID, id)
	if err == nil && len(kept.Content) == 0 {
		err = &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	return kept, err
}

func voiced(ctx context.Context, store VoiceStore, campaign string) (*survey.Campaign, error) {
	k, err := store.CampaignByName(ctx, campaign)
	if err == nil && k.Confidentiality == survey.Confidential {
		err = &survey.Error{Kind: survey.Forbidden, Code: survey.CodeVoiceNames}
	}
	return k, err
}

// WriteDownAnswer keeps what somebody heard in a spoken answer. Errors: not_found,
// voice_names, transcript_words.
func WriteDownAnswer(ctx context.Context, store VoiceStore, campaign string, t view.Transcript) error {
	k, err := voiced(ctx, store, campaign)
	if err != nil {
		return err
	}
	t.Campaign, t.Words = k.ID, strings.TrimSpace(t.Words)
	if t.Words == "" || utf8.RuneCountInString(t.Words) > mostTranscript {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeTranscript, Args: map[string]string{"most": strconv.Itoa(mostTranscript)}}
	}
	return store.WriteDown(ctx, t)
}
