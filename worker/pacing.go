package worker

import (
	"context"
	"math"
	"strconv"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// How a batch keeps its pace. A claim is made a little before its first slot, so
// that the slot is met; a message that misses its slot by more than a trifle gets
// another one, so that what was held up does not leave in a heap.
const (
	claimLead = 100 * time.Millisecond
	slotLate  = 60 * time.Millisecond
	longest   = 24 * time.Hour // of a wait for a slot, as good as any
)

// limits are the rates that n units of the batch are held to.
func (w *Worker) limits(s survey.Sender, k *survey.Campaign, n int) []queue.Limit {
	cost := float64(n)
	out := []queue.Limit{
		{Name: "sender:" + strconv.FormatInt(int64(s.ID), 10), Rate: s.Rate, Cost: cost},
		{Name: "provider:" + s.Provider, Rate: w.Rates[s.Provider], Cost: cost},
	}
	if k != nil {
		out = append(out, queue.Limit{Name: "campaign:" + strconv.FormatInt(int64(k.ID), 10), Rate: k.Rate, Cost: cost, Own: true})
	}
	return out
}

// limit is how many attempts a claim may take: what may leave within a fifth of
// a second, one call at a time. What a claim reserves, an answer to somebody who
// just wrote has to wait for.
func (b *batch) limit() int {
	if b.info.Channel == survey.Call {
		return 1
	}
	spacing := queue.Spacing(b.limits(b.info.Sender, b.campaign, 1))
	if spacing <= 0 {
		return claimMost
	}
	return min(max(int(math.Round(float64(time.Second/5)/float64(spacing))), 1), claimMost)
}

// ahead is by how much this campaign may be ahead of others: of a paced sender a
// batch, so that no slot is lost while they take turns.
func (b *batch) ahead() int {
	if b.info.Sender.Rate <= 0 {
		return 0
	}
	return b.limit()
}

// slots say when the units of a batch may leave.
type slots struct {
	begin   time.Time
	units   int           // that have a place
	spacing time.Duration // 0: unpaced
	// more is where units beyond the first ones go.
	more *slots
}

// at is when the unit n, counted from 0, may leave.
func (s slots) at(n int) time.Time {
	if n >= s.units && s.more != nil {
		return s.more.at(n - s.units)
	}
	return s.begin.Add(time.Duration(n) * s.spacing)
}

// reserve takes the rates of n messages, however long that is to wait.
func (b *batch) reserve(ctx context.Context, n int) (slots, error) {
	limits := b.limits(b.info.Sender, b.campaign, n)
	for {
		now := time.Now()
		wait, ok, err := b.Pace.Reserve(ctx, longest, limits...)
		if ok || err != nil {
			return slots{begin: now.Add(wait), units: n, spacing: queue.Spacing(limits)}, err
		}
		if err := pause(ctx, max(wait-claimLead, claimLead)); err != nil {
			return slots{}, err
		}
	}
}

// extend takes the rates of what a batch costs beyond one unit a message.
func (b *batch) extend(ctx context.Context, s *slots, units int) error {
	if s.spacing == 0 || units <= s.units {
		return nil
	}
	more, err := b.reserve(ctx, units-s.units)
	s.more = &more
	return err
}

// again takes other slots for a message that missed its own; ok is false if it
// would have to wait beyond deadline.
func (b *batch) again(ctx context.Context, units int, deadline time.Time) (at time.Time, ok bool, err error) {
	now := time.Now()
	wait, ok, err := b.Pace.Reserve(ctx, time.Until(deadline), b.limits(b.info.Sender, b.campaign, units)...)
	return now.Add(wait), ok, err
}

// firstPrice is what a message may cost before one was composed.
func firstPrice(info view.ChunkInfo, now time.Time) int64 { return info.Sender.MayCostAt(now) }
