package forecast

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"canvass/dispatch/survey"
)

// Pace names something that holds to a rate: a sender, a provider, or the campaign.
type Pace struct {
	Sender   survey.SenderID
	Provider string
	Campaign bool
}

// PaceUse is what was asked of a pace.
type PaceUse struct {
	Pace
	Rate float64 // units (messages, segments of texts) a second; 0 is no limit
	Peak float64 // units a second of the fullest minute
	Held int     // minutes in which more would have left, were it not for this pace
}

// pacing is a pace under way: the generic cell rate algorithm without tolerance,
// as the reserve of rates does it. A message leaves when the pace is free, and then
// keeps it for as long as its units take, so nothing bursts, and a text of many
// segments passes through a slow pace, too.
type pacing struct {
	rate  float64
	keeps float64 // real seconds from the beginning of the minute until it is free
	used  float64 // units this minute
	peak  float64
	held  bool // this minute
	times int
	span  float64 // real seconds that a minute of business time lasts
}

// paces are those of all senders, of the providers and of the campaign.
func (l Limits) paces() map[Pace]*pacing {
	span := 60 / l.Speed
	out := map[Pace]*pacing{{Campaign: true}: {rate: l.Rate, span: span}}
	for id, s := range l.Senders {
		out[Pace{Sender: id}] = &pacing{rate: s.Rate, span: span}
		out[Pace{Provider: s.Provider}] = &pacing{rate: l.Providers[s.Provider], span: span}
	}
	return out
}

// pacesOf are those that a sender is held to.
func (f *flowing) pacesOf(s survey.Sender) [3]*pacing {
	return [3]*pacing{f.paces[Pace{Sender: s.ID}], f.paces[Pace{Provider: s.Provider}], f.paces[Pace{Campaign: true}]}
}

// slowest is the pace that leaves least room for messages of so many units.
func (f *flowing) slowest(s survey.Sender, each float64) (*pacing, int) {
	var out *pacing
	least := math.MaxInt
	for _, p := range f.pacesOf(s) {
		if n, limited := p.room(each); limited && n < least {
			out, least = p, n
		}
	}
	return out, least
}

// room is how many messages of so many units may yet leave this minute; limited is
// false if the pace holds up nobody.
func (p *pacing) room(each float64) (n int, limited bool) {
	if p.rate <= 0 {
		return 0, false
	}
	return int(math.Ceil(max(p.span-p.keeps, 0)*p.rate/each - 1e-6)), true
}

func (p *pacing) take(units float64) {
	p.used += units
	if p.rate > 0 {
		p.keeps += units / p.rate
	}
}

// close ends a minute.
func (p *pacing) close() {
	p.peak = max(p.peak, p.used/p.span)
	if p.held {
		p.times++
	}
	p.used, p.held, p.keeps = 0, false, max(p.keeps-p.span, 0)
}

// uses are the paces that something left by or waited for.
func (f *flowing) uses() []PaceUse {
	keys := slices.SortedFunc(maps.Keys(f.paces), func(a, b Pace) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Sender, b.Sender))
	})
	var out []PaceUse
	for _, key := range keys {
		p := f.paces[key]
		if p.peak > 0 && (p.rate > 0 || key.Sender != 0) || p.times > 0 {
			out = append(out, PaceUse{Pace: key, Rate: p.rate, Peak: p.peak, Held: p.times})
		}
	}
	return out
}
