package dispatch

import (
	"context"
	"math"
	"slices"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// SeenStore is what looking back at campaigns needs of the database.
type SeenStore interface {
	PastCampaigns(ctx context.Context, purpose survey.Purpose, most int) ([]view.PastCampaign, error)
	PastCases(ctx context.Context, id survey.CampaignID) ([]view.CaseCount, error)
	KeepRate(ctx context.Context, r view.PastRate) error
}

// Seen is what the last campaigns of the same kind say of how many will answer.
type Seen struct {
	Campaigns int     // that it is taken from; 0: none is over yet
	Waves     bool    // they were waves of series
	Rate      float64 // AAPOR RR1 over all of them, 0 to 1
}

// Answering is the share to plan with, in whole percent.
func (s Seen) Answering() float64 {
	if s.Campaigns == 0 {
		return expected
	}
	return min(max(math.Round(s.Rate*100)/100, .01), 1)
}

const (
	mostLookedAt = 50 // campaigns that are over, the latest first
	mostSeen     = 3  // that a rate is taken from
)

// SeenRate looks at the last campaigns by the same channels, for the same purpose: before
// all others at those whose field lasted as long, and among these at waves of series. What
// is over is counted once, and its rate kept.
func SeenRate(ctx context.Context, store SeenStore, spec Spec, now time.Time) (Seen, error) {
	past, err := store.PastCampaigns(ctx, or(spec.Purpose, survey.PurposeSurvey), mostLookedAt)
	if err != nil {
		return Seen{}, err
	}
	p := spec.Protocol
	if ready, ok := protocol.Ready(p.Name); ok && len(p.Steps) == 0 {
		p = ready
	}
	var like [4][]view.PastCampaign // by how alike they are
	for _, k := range past {
		if !slices.Equal(channelsOf(k.Protocol), channelsOf(p)) {
			continue
		}
		at := 0
		if k.Protocol.Length != p.Length {
			at += 2
		}
		if !k.Wave {
			at++
		}
		like[at] = append(like[at], k)
	}
	for at, list := range like {
		seen, err := pooled(ctx, store, list, now)
		if seen.Waves = at%2 == 0; err != nil || seen.Campaigns > 0 {
			return seen, err
		}
	}
	return Seen{}, nil
}

// pooled is the rate over the first of a list of which there is one.
func pooled(ctx context.Context, store SeenStore, list []view.PastCampaign, now time.Time) (Seen, error) {
	var out Seen
	answered, invited := 0.0, 0
	for _, k := range list {
		if out.Campaigns == mostSeen {
			break
		}
		r := k.PastRate
		if !k.Counted {
			cases, err := store.PastCases(ctx, k.ID)
			if err != nil {
				return out, err
			}
			r = view.PastRate{ID: k.ID, At: now, RR1: results.OutcomeOf(slices.Values(cases), nil, results.MethodFor(k.Listed)).Total.Rates.RR1}
			for _, c := range cases {
				r.Invited += c.N
			}
			if err := store.KeepRate(ctx, r); err != nil {
				return out, err
			}
		}
		if r.RR1 == nil || r.Invited == 0 {
			continue
		}
		out.Campaigns++
		answered, invited = answered+*r.RR1*float64(r.Invited), invited+r.Invited
	}
	if invited > 0 {
		out.Rate = answered / float64(invited)
	}
	return out, nil
}

// channelsOf are the channels of a protocol, each once, in order.
func channelsOf(p survey.Protocol) []survey.Channel {
	var out []survey.Channel
	for _, ch := range survey.Channels() {
		if slices.ContainsFunc(p.Steps, func(s survey.Step) bool { return s.Channel == ch }) {
			out = append(out, ch)
		}
	}
	return out
}

// ExpectPoll is what the last campaigns say of how many will answer a poll.
func ExpectPoll(ctx context.Context, store PollStore, p Poll, now time.Time) (Seen, error) {
	senders, err := store.Senders(ctx)
	if err != nil {
		return Seen{}, err
	}
	return SeenRate(ctx, store, Spec{Protocol: p.protocol(senders)}, now)
}
