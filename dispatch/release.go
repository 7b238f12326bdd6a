package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"canvass/dispatch/disclosure"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// PoolStore is what releasing anonymous answers needs of the database.
type PoolStore interface {
	PoolsWaiting(ctx context.Context) ([]view.PoolWaits, error)
	ReleasePool(ctx context.Context, o view.PoolOrder, plan func(view.Pool) (view.Release, error)) error
}

// Releaser releases the answers of anonymous campaigns from their pools. Any number may
// run; a campaign is released by one at a time.
type Releaser struct {
	store  PoolStore
	keys   *token.Keyring
	clock  survey.Clock
	random io.Reader
}

// NewReleaser returns a releaser that draws from random.
func NewReleaser(store PoolStore, keys *token.Keyring, clock survey.Clock, random io.Reader) *Releaser {
	return &Releaser{store: store, keys: keys, clock: clock, random: random}
}

// Release releases what is due of every campaign.
func (r *Releaser) Release(ctx context.Context) error {
	waiting, err := r.store.PoolsWaiting(ctx)
	if err != nil {
		return err
	}
	var all []error
	for _, w := range waiting {
		if !w.Ended() && !slices.ContainsFunc(w.Counts, func(c view.PoolCount) bool { return disclosure.Due(c.Waiting, c.Released) > 0 }) {
			continue
		}
		all = append(all, r.store.ReleasePool(ctx, view.PoolOrder{ID: w.Campaign.ID, At: firstInstant(w.Campaign, r.clock.Now())}, r.plan))
	}
	return errors.Join(all...)
}

// firstInstant is that of the day where the campaign is.
func firstInstant(k *survey.Campaign, now time.Time) time.Time {
	zone, err := time.LoadLocation(k.Protocol.Zone)
	if err != nil {
		zone = time.UTC
	}
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// plan says what becomes of a pool.
func (r *Releaser) plan(p view.Pool) (view.Release, error) {
	var seed [32]byte
	if _, err := io.ReadFull(r.random, seed[:]); err != nil {
		return view.Release{}, fmt.Errorf("dispatch: release: %w", err)
	}
	lot := rand.New(rand.NewChaCha8(seed))
	seal, err := r.keys.PoolSeal(p.Campaign.ID)
	if err != nil {
		return view.Release{}, err
	}
	lot.Shuffle(len(p.Waiting), func(i, j int) { p.Waiting[i], p.Waiting[j] = p.Waiting[j], p.Waiting[i] })
	release, labels := amounts(p)
	var out view.Release
	loose := slices.Clone(p.Released)
	for _, l := range p.Waiting {
		plain, err := seal.Open(l.Content)
		if err != nil {
			return view.Release{}, err
		}
		if release[l.Stratum] == 0 {
			if p.Ended() {
				out.Withheld++
				continue
			}
			// Closed anew, it is another lump.
			if l.Content, err = seal.Close(plain, r.random); err != nil {
				return view.Release{}, err
			}
			out.Left = append(out.Left, l)
			continue
		}
		release[l.Stratum]--
		one := view.Loose{Stratum: l.Stratum}
		if err := json.Unmarshal(plain, &one.Answers); err != nil {
			return view.Release{}, err
		}
		loose = append(loose, one)
	}
	if len(loose) == len(p.Released) {
		return out, nil
	}
	weights := weightsOf(p, labels)
	for i := range loose {
		if label, ok := labels[loose[i].Stratum]; ok {
			loose[i].Stratum = label
		}
		loose[i].Weight = weights[loose[i].Stratum]
	}
	lot.Shuffle(len(loose), func(i, j int) { loose[i], loose[j] = loose[j], loose[i] })
	out.Loose = loose
	return out, nil
}

// amounts says how many of each stratum are released, and, at the end, under which name
// each stands.
func amounts(p view.Pool) (release map[string]int, labels map[string]string) {
	release = map[string]int{}
	if !p.Ended() {
		for _, c := range p.Counts {
			release[c.Stratum] = disclosure.Due(c.Waiting, c.Released)
		}
		return release, nil
	}
	all := map[string]int{}
	for _, c := range p.Counts {
		all[c.Stratum] = c.Waiting + c.Released
	}
	labels, ok := disclosure.Gather(all)
	if !ok {
		return release, nil
	}
	for _, c := range p.Counts {
		release[c.Stratum] = c.Waiting
	}
	return release, labels
}

// weightsOf are the base weights of strata: of joined ones, the mean over the people who
// were invited, so that they stand for as many as before.
func weightsOf(p view.Pool, labels map[string]string) map[string]float64 {
	weight, invited := map[string]float64{}, map[string]int{}
	for stratum, n := range p.Invited {
		label := stratum
		if l, ok := labels[stratum]; ok {
			label = l
		}
		weight[label] += p.Weight[stratum]
		invited[label] += n
	}
	out := maps.Clone(weight)
	for label, n := range invited {
		out[label] = weight[label] / float64(n)
	}
	return out
}
