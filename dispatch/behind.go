package dispatch

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// BehindStore is what a look behind a number needs of the database.
type BehindStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Behind(ctx context.Context, id survey.CampaignID, f view.PeopleFilter, now time.Time) iter.Seq2[view.PersonBehind, error]
}

// People lists the people behind a number of Status, by their codes. A filter that
// can match nothing, because no campaign knows such a word, or because what is
// counted has no such property, is refused. Errors: not_found, unknown_filter.
func People(ctx context.Context, store BehindStore, name string, f view.PeopleFilter, now time.Time) iter.Seq2[view.PersonBehind, error] {
	return func(yield func(view.PersonBehind, error) bool) {
		k, err := store.CampaignByName(ctx, name)
		if err == nil {
			err = filterFits(f, k.Protocol)
		}
		if err != nil {
			yield(view.PersonBehind{}, err)
			return
		}
		for p, err := range store.Behind(ctx, k.ID, f, now) {
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// filterFits refuses a word that nothing can have.
func filterFits(f view.PeopleFilter, p survey.Protocol) error {
	attempts, notices := f.Of == view.BehindAttempts, f.Of == view.BehindNotices
	steps := make([]string, len(p.Steps))
	for i, s := range p.Steps {
		steps[i] = s.Name
	}
	return firstOf(
		fits("case", f.Case, true, survey.InvitationMachine().States),
		fits("disposition", f.Disposition, true, survey.Dispositions()),
		fits("channel", f.Channel, attempts || notices, survey.Channels()),
		fits("step", f.Step, attempts, steps),
		fits("state", f.State, attempts || notices, survey.AttemptMachine().States),
		reasonFits("reason", f.Reason, attempts || notices), // none is one, too
		reasonFits("waits", f.Why, attempts),
		fits("arrivals", f.Arrival, f.Of == view.BehindArrivals, []view.ArrivalState{view.ArrivalUnapplied, view.ArrivalParked}),
	)
}

// firstOf returns the first error there is.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// fits refuses a value that is none of those there are, or of something that has
// no such property.
func fits[T ~string](name string, value *T, has bool, all []T) error {
	if value == nil || has && slices.Contains(all, *value) {
		return nil
	}
	e := &survey.Error{Kind: survey.Invalid, Code: survey.CodeUnknownFilter, Args: map[string]string{"name": name, "value": string(*value)}}
	if has {
		words := make([]string, 0, len(all))
		for _, w := range all {
			if w != "" {
				words = append(words, string(w))
			}
		}
		e.Args["known"] = strings.Join(words, ", ")
	}
	return e
}

// reasonFits does so for a reason; those that exist have words.
func reasonFits(name string, value *survey.Reason, has bool) error {
	if value == nil || *value == "" && has && name == "reason" {
		return nil
	}
	if _, ok := templates.Words("reason."+string(*value), string(survey.English), nil); ok && has {
		return nil
	}
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeUnknownFilter, Args: map[string]string{"name": name, "value": string(*value)}}
}
