package survey

import "time"

// Price is what one message, segment of a text or call costs from a day on.
type Price struct {
	From Date  `json:"from"`
	Dong int64 `json:"dong"`
}

// The bounds of a price that staff set, and how far ahead they may.
const (
	MostPrice      = 1_000_000 // đồng
	PriceDaysAhead = 5 * 366
)

// home is how far the clocks of Viet Nam are ahead of UTC: there is one zone, without
// summer time.
const home = 7 * time.Hour

// HomeDay is the day of Viet Nam at a time, whatever zone a campaign or a person has: by
// it providers bill, and days off are decided.
func HomeDay(t time.Time) Date { return DateOf(t.UTC().Add(home)) }

// PriceOn is the price that was set for a day; false where none was, and Cost holds.
func (s Sender) PriceOn(d Date) (Price, bool) {
	var out Price
	for _, p := range s.Prices {
		if d.Before(p.From) {
			break
		}
		out = p
	}
	return out, !out.From.IsZero()
}

// CostAt is what one message, segment or call costs that leaves at a time, in đồng.
func (s Sender) CostAt(t time.Time) int64 {
	if p, ok := s.PriceOn(HomeDay(t)); ok {
		return p.Dong
	}
	return s.Cost
}

// Unpriced reports whether nobody said what the sender costs on a day. A mail costs
// nothing unless somebody says so; a text or a call has a price that is not known.
func (s Sender) Unpriced(d Date) bool {
	_, set := s.PriceOn(d)
	return !set && s.Cost == 0 && s.Channel != Mail
}

// segmentsTaken is how many segments a text is taken to have before one was
// seen.
const segmentsTaken = 3

// MayCostAt is what one message that leaves at a time may cost before it was composed,
// in đồng.
func (s Sender) MayCostAt(t time.Time) int64 {
	if s.Channel == SMS {
		return segmentsTaken * s.CostAt(t)
	}
	return s.CostAt(t)
}
