package forecast

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
)

func monday() time.Time { return time.Date(2026, 12, 14, 1, 0, 0, 0, time.UTC) } // 08:00 in Viet Nam

func caseOf(l time.Time, reach ...survey.Channel) protocol.Case {
	c := protocol.Case{Launched: l, Ends: l.Add(7 * 24 * time.Hour), State: survey.InvitationOpen, Reach: map[survey.Channel]protocol.Reach{}}
	for _, ch := range reach {
		c.Reach[ch] = protocol.Reach{OK: true}
	}
	return c
}

func loaded(t *testing.T, p survey.Protocol) protocol.Loaded {
	t.Helper()
	l, err := protocol.Load(p)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// steps writes a course as day, hour and step.
func steps(c Course) string {
	out := ""
	for _, k := range c.Contacts {
		out += k.At.In(time.FixedZone("+07", 7*3600)).Format("02 15:04 ") + k.Step.Name + "\n"
	}
	return out + string(c.Why)
}

func TestACourse(t *testing.T) {
	t.Parallel()
	l := loaded(t, protocol.Monthly())
	all := []survey.Channel{survey.Mail, survey.SMS, survey.Call}
	queued := caseOf(monday(), all...)
	queued.Attempts = []survey.Attempt{{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptQueued, DueAt: monday().Add(-time.Hour)}}
	for name, c := range map[string]struct {
		c    protocol.Case
		gate map[survey.Channel]survey.Reason
		want string
	}{
		"everything": {caseOf(monday(), all...), nil, "14 08:00 mail\n15 08:00 sms-reminder\n17 08:00 conversation\n18 08:00 call\n19 08:00 mail-last\n20 08:00 call\n"},
		"mail alone": {caseOf(monday(), survey.Mail), nil, "14 08:00 mail\n19 08:00 mail-last\n"},
		"no texts, by the gate": {caseOf(monday(), all...), map[survey.Channel]survey.Reason{survey.SMS: survey.ReasonSuppressed},
			"14 08:00 mail\n18 08:00 call\n19 08:00 mail-last\n20 08:00 call\n"},
		"no consent": {caseOf(monday(), survey.Mail), map[survey.Channel]survey.Reason{survey.Mail: survey.ReasonNoConsent}, "no_consent"},
		"nothing":    {caseOf(monday()), nil, "no_endpoint"},
		"queued":     {queued, nil, "14 08:00 mail\n15 08:00 sms-reminder\n17 08:00 conversation\n18 08:00 call\n19 08:00 mail-last\n20 08:00 call\n"},
	} {
		if got := steps(Play(l, c.c, c.gate, monday())); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// Who answers makes no further contact; of many, the share that is asked for, spread
// evenly over their contacts; and more answer where more are taken to.
func TestAShareAnswers(t *testing.T) {
	t.Parallel()
	all := Course{Contacts: make([]Contact, 4)}
	made, before := map[int]int{}, 0
	for i := range 1000 {
		draw := (float64(i) + 0.5) / 1000
		made[len(all.Answered(0.4, draw).Contacts)]++
		if len(all.Answered(0.4, draw).Contacts) == 4 && len(all.Answered(0.9, draw).Contacts) < 4 {
			before++
		}
	}
	if want := map[int]int{1: 100, 2: 100, 3: 100, 4: 700}; !maps.Equal(made, want) || before == 0 {
		t.Errorf("contacts of 1000 people: %v, want %v", made, want)
	}
	if n := len(all.Answered(0, 0).Contacts); n != 4 {
		t.Errorf("nobody answers, and somebody has %d contacts", n)
	}
	if none := (Course{Why: survey.ReasonNoEndpoint}).Answered(1, 0.5); len(none.Contacts) != 0 || none.Why == "" {
		t.Errorf("%+v", none)
	}
}

func always(survey.Channel, time.Time) bool { return true }

func vietnam() *time.Location { return time.FixedZone("+07", 7*3600) }

func TestFlow(t *testing.T) {
	t.Parallel()
	mail := survey.Sender{ID: 1, Channel: survey.Mail}
	text := survey.Sender{ID: 2, Channel: survey.SMS, Rate: 1, Cost: 500}
	for name, c := range map[string]struct {
		sender survey.Sender
		rate   float64
		budget int64
		n      int
		finish time.Duration
		late   int
		held   survey.Reason
	}{
		"unpaced":          {mail, 0, 0, 1000, time.Minute, 0, ""},
		"a campaign's own": {mail, 1, 0, 600, 10 * time.Minute, 0, survey.ReasonRate},
		"two segments":     {text, 0, 0, 300, 10 * time.Minute, 0, survey.ReasonRate}, // 600 segments, 60 a minute
		"a day limit":      {survey.Sender{ID: 1, Channel: survey.Mail, DayCap: 100}, 0, 0, 250, 40*time.Hour + time.Minute, 0, survey.ReasonSenderCap},
		"a ramp":           {survey.Sender{ID: 1, Channel: survey.Mail, Warmup: 100}, 0, 0, 250, 16*time.Hour + time.Minute, 0, survey.ReasonSenderCap},
		"too slow":         {survey.Sender{ID: 1, Channel: survey.Mail, Rate: 0.01}, 0, 0, 5000, 72*time.Hour - time.Minute, 5000 - 2592, survey.ReasonRate},
		// The last message needs as much as one may cost, three segments, and there is
		// money for two.
		"a budget": {text, 0, 100_000, 300, 4 * time.Minute, 201, survey.ReasonBudget},
		// One text of two segments every 40 s and every 200 s.
		"a campaign's own, of segments": {survey.Sender{ID: 2, Channel: survey.SMS}, 0.05, 0, 15, 10 * time.Minute, 0, survey.ReasonRate},
		"slower than a text a minute":   {survey.Sender{ID: 2, Channel: survey.SMS, Rate: 0.01}, 0, 0, 4, 11 * time.Minute, 0, survey.ReasonRate},
		"a provider's":                  {survey.Sender{ID: 1, Channel: survey.Mail, Provider: "slow", Rate: 10}, 0, 0, 600, 10 * time.Minute, 0, survey.ReasonRate},
	} {
		d := NewDemand(monday())
		each := Amount{N: 1, Cost: c.sender.Cost}
		if c.sender.Channel == survey.SMS {
			each = Amount{N: 1, Segments: 2, Cost: 2 * c.sender.Cost}
		}
		for range c.n {
			d.Add(Lane{Sender: c.sender.ID}, monday(), each)
		}
		f := d.Flow(Limits{Senders: map[survey.SenderID]survey.Sender{c.sender.ID: c.sender}, Rate: c.rate, Budget: c.budget,
			Providers: map[string]float64{"slow": 1}, Ends: monday().Add(72 * time.Hour), Zone: vietnam(), Open: always})
		late := 0
		for _, n := range f.Late {
			late += n
		}
		if got := f.Finish.Sub(monday()); got != c.finish || late != c.late {
			t.Errorf("%s: sent by %v, %d late; want %v, %d", name, got, late, c.finish, c.late)
		}
		if c.held == "" && len(f.Held) > 0 || c.held != "" && f.Held[c.held] == 0 {
			t.Errorf("%s: held by %v, want %q", name, f.Held, c.held)
		}
		if f.BudgetEnds.IsZero() == (c.held == survey.ReasonBudget) {
			t.Errorf("%s: the budget ends at %v", name, f.BudgetEnds)
		}
	}
}

// What waits over midnight costs what it does on the day on which it leaves, in Viet Nam.
func TestAFlowTakesThePriceOfItsDay(t *testing.T) {
	t.Parallel()
	s := survey.Sender{ID: 2, Channel: survey.SMS, DayCap: 10, Cost: 1, Prices: []survey.Price{{From: survey.Date{Year: 2026, Month: 12, Day: 1}, Dong: 100},
		{From: survey.Date{Year: 2026, Month: 12, Day: 15}, Dong: 300}}}
	d := NewDemand(monday())
	for range 15 {
		d.Add(Lane{Sender: 2}, monday(), Amount{N: 1, Segments: 2, Cost: 2 * s.CostAt(monday())})
	}
	f := d.Flow(Limits{Senders: map[survey.SenderID]survey.Sender{2: s}, Ends: monday().Add(72 * time.Hour), Zone: vietnam(), Open: always})
	if len(f.Days) != 2 || f.Days[0].Cost != 10*2*100 || f.Days[1].Cost != 5*2*300 || f.Total[survey.SMS].Cost != 5000 {
		t.Errorf("%+v, %+v", f.Days, f.Total)
	}
}

// Who lives abroad gets it in the hours of the day there; what could not leave then
// waits for the hours at home.
func TestAFlowReachesPeopleAbroad(t *testing.T) {
	t.Parallel()
	d := NewDemand(monday())
	night := monday().Add(18 * time.Hour) // 02:00 at home
	for range 90 {
		d.Add(Lane{Sender: 1}, night, Amount{N: 1})
	}
	l := Limits{Senders: map[survey.SenderID]survey.Sender{1: {ID: 1, Channel: survey.Mail, Rate: 1}}, Ends: monday().Add(72 * time.Hour), Zone: vietnam(),
		Open: func(_ survey.Channel, at time.Time) bool { h := at.In(vietnam()).Hour(); return h >= 7 && h < 22 }}
	f := d.Flow(l)
	if f.Total[survey.Mail].N != 90 || !f.First[0].Equal(night) || !f.Last[0].Equal(monday().Add(23*time.Hour)) {
		t.Errorf("%+v from %v to %v", f.Total, f.First[0], f.Last[0])
	}
}

// What was asked of every pace, and which of them held things up.
func TestAFlowTellsWhatItsPacesDid(t *testing.T) {
	t.Parallel()
	d := NewDemand(monday())
	for range 240 {
		d.Add(Lane{Sender: 1}, monday(), Amount{N: 1})
		d.Add(Lane{Sender: 2}, monday(), Amount{N: 1, Segments: 2})
	}
	f := d.Flow(Limits{Senders: map[survey.SenderID]survey.Sender{1: {ID: 1, Channel: survey.Mail, Provider: "smtp", Rate: 2},
		2: {ID: 2, Channel: survey.SMS, Provider: "twilio"}, 3: {ID: 3, Channel: survey.Call, Provider: "twilio"}},
		Providers: map[string]float64{"twilio": 4}, Ends: monday().Add(time.Hour), Zone: vietnam(), Open: always, Speed: 2})
	want := []PaceUse{ // a minute of business time is half a minute of real time
		{Pace: Pace{Sender: 1}, Rate: 2, Peak: 2, Held: 3},
		{Pace: Pace{Sender: 2}, Peak: 4},
		{Pace: Pace{Provider: "twilio"}, Rate: 4, Peak: 4, Held: 3},
	}
	if !slices.Equal(f.Paces, want) {
		t.Errorf("%+v", f.Paces)
	}
}

// Whatever the limits: nothing is lost or made, nothing leaves outside the hours or
// before it is due, and no minute, day or budget holds more than it may.
func TestAFlowKeepsWhatItGets(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		l := Limits{Senders: map[survey.SenderID]survey.Sender{}, Ends: monday().Add(time.Duration(1+rng.IntN(96)) * time.Hour), Zone: vietnam(),
			Rate: float64(rng.IntN(3)), Budget: int64(rng.IntN(3)) * 50_000}
		l.Open = func(_ survey.Channel, at time.Time) bool { h := at.In(l.Zone).Hour(); return h >= 7 && h < 22 }
		for id := range survey.SenderID(3) {
			l.Senders[id] = survey.Sender{ID: id, Channel: survey.Channels()[id], Rate: float64(rng.IntN(4)) / 2, Cost: int64(id) * 300, DayCap: rng.IntN(2) * 150}
		}
		d, due := NewDemand(monday()), Amount{}
		for range rng.IntN(800) {
			id := survey.SenderID(rng.IntN(3))
			a := Amount{N: 1, Cost: l.Senders[id].Cost}
			if l.Senders[id].Channel == survey.SMS {
				a.Segments = 1 + rng.IntN(3)
				a.Cost *= int64(a.Segments)
			}
			at := monday().Add(time.Duration(rng.IntN(5000)) * time.Minute)
			if !l.Open("", at) {
				continue // nobody plans that
			}
			d.Add(Lane{id, rng.IntN(4)}, at, a)
			due.Add(a)
		}
		senders := maps.Clone(l.Senders)
		f := d.Flow(l)
		var gone Amount
		for _, day := range f.Days {
			gone.Add(day.Amount)
			for _, s := range senders {
				if s.Channel == day.Channel && s.DayCap > 0 && day.N > s.DayCap {
					t.Fatalf("%v: more than %d a day", day, s.DayCap)
				}
			}
		}
		late := 0
		for _, n := range f.Late {
			late += n
		}
		beyond := 0 // due after the end
		for _, minutes := range d.lanes {
			for m, a := range minutes {
				if !monday().Add(time.Duration(m) * time.Minute).Before(l.Ends) {
					beyond += a.N
				}
			}
		}
		if gone.N+late+beyond != due.N {
			t.Fatalf("%d left, %d late, %d after the end; %d were due", gone.N, late, beyond, due.N)
		}
		if l.Budget > 0 && gone.Cost > l.Budget {
			t.Fatalf("cost %d, budget %d", gone.Cost, l.Budget)
		}
		if gone.N > 0 && (!l.Open("", f.Finish.Add(-time.Minute)) || f.Finish.After(l.Ends)) {
			t.Fatalf("finished at %v", f.Finish)
		}
	}
}
