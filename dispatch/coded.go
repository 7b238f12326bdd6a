package dispatch

import (
	"context"
	"slices"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// CodingStore is what files of results need of what staff made of open answers.
type CodingStore interface {
	Topics(ctx context.Context) ([]view.Topic, error)
	TopicCoding(ctx context.Context, k survey.CampaignID) (view.TopicCoding, error)
}

// codedOf is what staff made of the open answers of a campaign, by question.
func codedOf(ctx context.Context, store CodingStore, k survey.CampaignID) (map[string]results.Coded, error) {
	made, err := store.TopicCoding(ctx, k)
	if err != nil || len(made.Topics)+len(made.Transcripts) == 0 {
		return nil, err
	}
	topics, err := store.Topics(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]results.Coded{}
	for question, of := range made.Topics {
		c := results.Coded{Of: map[survey.ResponseID][]string{}}
		for _, t := range topics {
			met := false
			for response, ids := range of {
				if slices.Contains(ids, t.ID) {
					met = true
					c.Of[response] = append(c.Of[response], t.Code)
				}
			}
			if met {
				c.Topics = append(c.Topics, results.Option{Code: t.Code, Label: t.Name})
			}
		}
		out[question] = c
	}
	for question, written := range made.Transcripts {
		c := out[question]
		c.Written = written
		out[question] = c
	}
	return out, nil
}
