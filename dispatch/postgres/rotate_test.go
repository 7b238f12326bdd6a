package postgres_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A turning is a series whose waves are drawn twice: by SQL, and in memory.
type turning struct {
	*pgtest.DB
	t      *testing.T
	series survey.SeriesID
	design survey.Design
	drawn  int
	before map[string]survey.Draw
}

// wave draws the next wave from a frame, with people resting, and compares.
func (s *turning) wave(units, resting []survey.FrameUnit) {
	s.t.Helper()
	n := s.Int(`SELECT count(*) FROM campaign`)
	k := s.MakeCampaign(survey.Campaign{Name: "k" + strconv.Itoa(n), State: survey.CampaignReady, Design: s.design})
	at := pgtest.Day().AddDate(0, 0, n)
	s.MakeWave(survey.Wave{SeriesID: s.series, CampaignID: k.ID, State: survey.WavePrepared, Date: survey.DateOf(at)})
	for table, list := range map[string][]survey.FrameUnit{"frame_unit": units, "frame_resting": resting} {
		for _, u := range list {
			s.Exec(`INSERT INTO `+table+` VALUES ($1, $2, $3, $4)`, k.ID, u.ContactID, u.Stratum, u.Random)
		}
	}
	s.Exec(`INSERT INTO frame VALUES ($1, $2, 'hash', $3)`, k.ID, at, len(units))

	var want []survey.ContactID
	sample, err := s.DrawSample(s.t.Context(), view.DrawOrder{CampaignID: k.ID, Actor: "test", Now: at, Replicates: 1,
		Groups: s.design.Rotation, Seed: s.design.Seed, Plan: func(turn view.Turn) ([]survey.Draw, error) {
			if turn.Number != s.drawn {
				s.t.Errorf("turn %d, want %d", turn.Number, s.drawn)
			}
			draws := s.plan(turn, units, resting)
			for _, d := range draws {
				here, rest := of(units, d.Stratum), of(resting, d.Stratum)
				k := d.Advance
				d.Start = sampling.Locate(slices.Concat(here, rest), d)
				d.Advance = sampling.Span(here, rest, d, k)
				s.before[d.Stratum] = d
				if r := s.design.Rotation; r.Groups > 0 {
					here = slices.DeleteFunc(here, func(u survey.FrameUnit) bool {
						return !sampling.InTurn(sampling.Group(u.Random, s.design.Seed, r.Groups), *r, s.drawn)
					})
				}
				for _, u := range sampling.Select(here, d) {
					want = append(want, u.ContactID)
				}
			}
			return draws, nil
		}})
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Sort(want)
	if got := drawn(s.t, s.DB, k.ID); !slices.Equal(got, want) || sample.Size != len(want) {
		s.t.Fatalf("wave %d: SQL drew %v, in memory %v", s.drawn, got, want)
	}
	for _, d := range sample.Strata {
		if d != s.before[d.Stratum] {
			s.t.Fatalf("wave %d: SQL has %+v, in memory %+v", s.drawn, d, s.before[d.Stratum])
		}
		if d.Size == 0 {
			continue
		}
		if n := s.Int(`SELECT count(*) FROM invitation WHERE campaign_id = $1 AND stratum = $2
			AND (abs(inclusion - $3) > 1e-12 OR abs(inclusion * weight - 1) > 1e-12)`, k.ID, d.Stratum, sampling.Inclusion(d)); n != 0 {
			s.t.Errorf("%d of stratum %s have another inclusion probability than n/N", n, d.Stratum)
		}
	}
	s.drawn++
}

func of(units []survey.FrameUnit, stratum string) []survey.FrameUnit {
	return slices.DeleteFunc(slices.Clone(units), func(u survey.FrameUnit) bool { return u.Stratum != stratum })
}

// plan sizes the strata at random, and turns them.
func (s *turning) plan(turn view.Turn, units, resting []survey.FrameUnit) []survey.Draw {
	s.t.Helper()
	r := rand.New(rand.NewPCG(uint64(s.series), uint64(s.drawn)))
	var draws []survey.Draw
	var places []sampling.Place
	for _, st := range turn.Strata {
		here := of(units, st.Name)
		active := 0
		for _, u := range here {
			if g := s.design.Rotation.Groups; g == 0 || sampling.InTurn(sampling.Group(u.Random, s.design.Seed, g), *s.design.Rotation, turn.Number) {
				active++
			}
		}
		if st.Size != len(here) || st.Circle != len(here)+len(of(resting, st.Name)) || st.Active != active {
			s.t.Fatalf("stratum %+v; want %d, %d active", st, len(here), active)
		}
		if b, ok := s.before[st.Name]; ok != (st.Before != nil) || ok && *st.Before != b {
			s.t.Fatalf("stratum %s: the draw before is %+v, want %+v", st.Name, st.Before, b)
		}
		draws = append(draws, survey.Draw{Stratum: st.Name, Frame: st.Size, Size: r.IntN(st.Size + 1), Start: sampling.Start(s.design.Seed, st.Name)})
		places = append(places, sampling.Place{Circle: st.Circle, Active: st.Active, Before: st.Before})
	}
	return sampling.Rotate(s.design, turn.Number, draws, places)
}

func TestRotationInSQLIsTheOneInMemory(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(51, 52))
	db := pgtest.New(t)
	share := func(x float64) *survey.Rotation { return &survey.Rotation{Overlap: &x} }
	rotations := []*survey.Rotation{share(0), share(0.4), share(1), {Groups: 3, Stay: 1}, {Groups: 7, Stay: 3}}
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	for n := range rounds * len(rotations) {
		s := &turning{DB: db, t: t, before: map[string]survey.Draw{},
			design: survey.Design{Method: survey.Stratified, Seed: r.Uint64(), Rotation: rotations[n%len(rotations)]}}
		s.series = db.MakeSeries(survey.Series{Name: "s" + strconv.Itoa(n), Seed: s.design.Seed})
		for range 5 {
			units, resting := parted(r, 12)
			s.wave(units, resting)
		}
	}
}

// parted is a frame of some of n strata, with few different random numbers, and
// people who rest.
func parted(r *rand.Rand, n int) (units, resting []survey.FrameUnit) {
	number := func() survey.RandomNumber {
		return pick(r, 0, 1, 1<<63-1, 1<<63, 1<<63+1, 1<<64-1, survey.RandomNumber(r.Uint64()))
	}
	rest := r.IntN(3) // none, some, many
	for s := range n {
		for range r.IntN(9) {
			u := survey.FrameUnit{ContactID: survey.ContactID(len(units) + len(resting) + 1), Stratum: strconv.Itoa(s), Random: number()}
			if r.IntN(4) < rest {
				resting = append(resting, u)
			} else {
				units = append(units, u)
			}
		}
	}
	// The order of ids is not that of strata.
	r.Shuffle(len(units), func(i, j int) { units[i].ContactID, units[j].ContactID = units[j].ContactID, units[i].ContactID })
	return units, resting
}

func TestAWaveThatIsNotHeldMovesNoStart(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	zero := 0.0
	s := &turning{DB: db, t: t, before: map[string]survey.Draw{}, design: survey.Design{Method: survey.Stratified, Seed: 5,
		Rotation: &survey.Rotation{Overlap: &zero}}}
	s.series = db.MakeSeries(survey.Series{Seed: 5})
	r := rand.New(rand.NewPCG(53, 54))
	units, _ := parted(r, 3)
	s.wave(units, nil)
	kept := map[string]survey.Draw{}
	for name, d := range s.before {
		kept[name] = d
	}
	s.wave(units, nil)
	db.Exec(`UPDATE wave SET state = 'skipped' WHERE id = (SELECT max(id) FROM wave)`)
	s.drawn, s.before = 1, kept
	s.wave(units, nil)
}

// Who was invited by any campaign less than the rest before, and only these, is
// left out of the frame and counted.
func TestWhoWasInvitedRests(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	now := pgtest.Day().AddDate(0, 3, 0)
	const rest = 60 * 24 * time.Hour
	cases := 0
	invited := func(ago time.Duration, state survey.InvitationState, replicate int) survey.ContactID {
		cases++
		k := db.MakeCampaign(survey.Campaign{Name: "k" + strconv.Itoa(cases), LaunchedAt: now.Add(-ago)})
		db.Exec(`INSERT INTO replicate (campaign_id, number) VALUES ($1, 1)`, k.ID)
		c := pgtest.Reachable(cases)
		c.Attributes = map[string]string{"cum": pick(rand.New(rand.NewPCG(1, uint64(cases))), "C1", "C2")}
		id := db.MakeContact(c)
		db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: id, State: state, Replicate: replicate, Disposition: survey.Complete})
		return id
	}
	resting := []survey.ContactID{
		invited(time.Hour, survey.InvitationOpen, 0),
		invited(rest-time.Second, survey.InvitationClosed, 0),
		invited(30*24*time.Hour, survey.InvitationStarted, 0),
	}
	rested := []survey.ContactID{
		invited(rest, survey.InvitationClosed, 0),
		invited(90*24*time.Hour, survey.InvitationOpen, 0),
		invited(time.Hour, survey.InvitationWithdrawn, 0),
		invited(time.Hour, survey.InvitationHeld, 1),
		db.MakeContact(pgtest.Reachable(99)),
	}
	// Who was invited under another entry of the list is the same person.
	double := invited(time.Hour, survey.InvitationOpen, 0)
	db.Exec(`UPDATE contact SET merged_into = $1, left_at = $2 WHERE id = $3`, rested[4], now, double)
	resting, rested = append(resting, rested[4]), rested[:4]
	// Who was drawn and never written to is not.
	drawn := db.MakeCampaign(survey.Campaign{Name: "drawn", State: survey.CampaignReady})
	db.Exec(`INSERT INTO replicate (campaign_id, number, state, released_at) VALUES ($1, 0, 'released', $2)`, drawn.ID, now.Add(-time.Hour))
	db.MakeInvitation(survey.Invitation{CampaignID: drawn.ID, ContactID: rested[0]})
	// Who left or is barred is counted as that, not as resting.
	left, barred := invited(time.Hour, survey.InvitationOpen, 0), invited(time.Hour, survey.InvitationOpen, 0)
	db.Exec(`UPDATE contact SET left_at = $1 WHERE id = $2`, now, left)
	db.Exec(`INSERT INTO suppression (contact_id, scope, source, at) VALUES ($1, 'all', 'sms', now())`, barred)

	k := db.MakeCampaign(survey.Campaign{Name: "now", State: survey.CampaignReady})
	frame, err := db.FreezeFrame(t.Context(), view.Freeze{CampaignID: k.ID, Strata: []string{"cum"}, Rest: rest, Now: now, Actor: "test"},
		func(u []survey.FrameUnit) (string, error) { return sampling.FrameHash(u), nil })
	if err != nil {
		t.Fatal(err)
	}
	if frame.Size != len(rested) || frame.Resting != len(resting) || frame.Left != 2 || frame.Suppressed != 1 {
		t.Errorf("frame %+v, want %d in it, %d resting, two left, one barred", frame, len(rested), len(resting))
	}
	for table, want := range map[string][]survey.ContactID{"frame_unit": rested, "frame_resting": resting} {
		if n := db.Int(`SELECT count(*) FROM `+table+` f JOIN contact c ON c.id = f.contact_id WHERE campaign_id = $1 AND contact_id = ANY($2)
			AND f.random_number = c.random_number AND f.stratum = coalesce(c.attributes ->> 'cum', '–')`, k.ID, list(want)); n != len(want) {
			t.Errorf("%d of the %d are in %s", n, len(want), table)
		}
	}
	if got := db.Text(`SELECT args ->> 'resting' FROM event WHERE kind = 'frame_frozen'`); got != "4" {
		t.Errorf("the record says that %s rest", got)
	}
	if n, err := db.Resting(t.Context(), k.ID); err != nil || n != 4 {
		t.Errorf("%d rest, %v", n, err)
	}
	again, err := db.FreezeFrame(t.Context(), view.Freeze{CampaignID: k.ID, Now: now}, nil)
	if err != nil || again.Resting != 4 {
		t.Errorf("the frozen frame has %d resting, %v", again.Resting, err)
	}
}

func list(ids []survey.ContactID) string {
	var parts []string
	for _, id := range ids {
		parts = append(parts, strconv.FormatInt(int64(id), 10))
	}
	return "{" + strings.Join(parts, ",") + "}"
}
