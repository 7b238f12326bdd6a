package forecast

import (
	"maps"
	"slices"
	"time"

	"canvass/dispatch/survey"
)

// Lane is what leaves by one sender for one step.
type Lane struct {
	Sender survey.SenderID
	Step   int // its place in the protocol
}

// Amount is messages, the segments of texts among them, and what they cost in
// đồng.
type Amount struct {
	N        int   `json:"n"`
	Segments int   `json:"segments,omitempty"`
	Cost     int64 `json:"cost"`
}

// Add adds b to a.
func (a *Amount) Add(b Amount) {
	a.N, a.Segments, a.Cost = a.N+b.N, a.Segments+b.Segments, a.Cost+b.Cost
}

// take takes n messages off a, with their share of segments and cost.
func (a *Amount) take(n int) Amount {
	if n >= a.N {
		out := *a
		*a = Amount{}
		return out
	}
	out := Amount{N: n, Segments: a.Segments * n / a.N, Cost: a.Cost * int64(n) / int64(a.N)}
	a.N, a.Segments, a.Cost = a.N-out.N, a.Segments-out.Segments, a.Cost-out.Cost
	return out
}

// reprice makes it cost what it does where it leaves at a time: what waits for another
// day may cost something else then.
func (a *Amount) reprice(s survey.Sender, at time.Time) {
	if len(s.Prices) == 0 {
		return
	}
	units := a.N
	if s.Channel == survey.SMS {
		units = max(a.Segments, a.N)
	}
	a.Cost = int64(units) * s.CostAt(at)
}

// Demand is how many messages are due in which minute, by lane. It grows with the
// minutes of the field period and not with the people.
type Demand struct {
	from  time.Time
	lanes map[Lane]map[int]*Amount
}

// NewDemand begins to count at a time.
func NewDemand(from time.Time) *Demand {
	return &Demand{from: from, lanes: map[Lane]map[int]*Amount{}}
}

// Add counts messages that are due at a time.
func (d *Demand) Add(l Lane, at time.Time, a Amount) {
	minutes := d.lanes[l]
	if minutes == nil {
		minutes = map[int]*Amount{}
		d.lanes[l] = minutes
	}
	m := max(int(at.Sub(d.from)/time.Minute), 0)
	if minutes[m] == nil {
		minutes[m] = &Amount{}
	}
	minutes[m].Add(a)
}

// Limits bound how much leaves.
type Limits struct {
	Senders map[survey.SenderID]survey.Sender
	Taken   map[survey.SenderID]int // of the first day, already
	// Rate is the campaign's own pace over all senders, and Providers the paces that
	// all senders of a provider share: units (messages, segments of texts) a second;
	// 0 is no limit. A sender brings its own.
	Rate      float64
	Providers map[string]float64
	Budget    int64 // đồng; 0 is no limit
	Spent     int64
	Ends      time.Time
	Zone      *time.Location
	// Open says whether a channel is open at a time, in the protocol's zone.
	Open func(ch survey.Channel, at time.Time) bool
	// Speed is how many minutes of business time pass in a minute of real time; 0
	// is 1. Rates are of real time.
	Speed float64
}

// Day is what leaves by a channel on a day of the protocol's zone.
type Day struct {
	Date    survey.Date    `json:"date"`
	Channel survey.Channel `json:"channel"`
	Amount
}

// Flow is what leaves when.
type Flow struct {
	Days   []Day
	Total  map[survey.Channel]Amount
	First  map[int]time.Time // by step: the minute in which it begins
	Last   map[int]time.Time
	Finish time.Time // the end of the last minute in which something leaves; zero if nothing does
	// Late is what does not leave before the end, by channel.
	Late map[survey.Channel]int
	// Held is in how many minutes something waited, by what held it up: the rate of
	// a sender or the campaign, a sender's day, the budget.
	Held map[survey.Reason]int
	// Paces are what was asked of the paces, and what they allowed.
	Paces []PaceUse
	// BudgetEnds is when the budget is spent; zero if it lasts.
	BudgetEnds time.Time
}

// Flow lets the demand leave, minute by minute, in the order of steps.
func (d *Demand) Flow(l Limits) Flow {
	f := flowing{Limits: l, waiting: map[Lane]*Amount{}, day: map[survey.SenderID]int{},
		days: map[survey.Date]map[survey.Channel]*Amount{}, out: Flow{Total: map[survey.Channel]Amount{}, First: map[int]time.Time{},
			Last: map[int]time.Time{}, Late: map[survey.Channel]int{}, Held: map[survey.Reason]int{}}}
	f.Senders = maps.Clone(l.Senders)
	if f.Speed <= 0 {
		f.Speed = 1
	}
	f.paces = f.Limits.paces()
	lanes := slices.SortedFunc(maps.Keys(d.lanes), func(a, b Lane) int {
		if a.Step != b.Step {
			return a.Step - b.Step
		}
		return int(a.Sender - b.Sender)
	})
	last := 0
	for _, minutes := range d.lanes {
		for m := range minutes {
			last = max(last, m)
		}
	}
	for m := 0; ; m++ {
		at := d.from.Add(time.Duration(m) * time.Minute)
		if !at.Before(l.Ends) || m > last && f.idle() {
			break
		}
		f.minute(at)
		for _, lane := range lanes {
			fresh := 0
			if due := d.lanes[lane][m]; due != nil {
				if f.waiting[lane] == nil {
					f.waiting[lane] = &Amount{}
				}
				f.waiting[lane].Add(*due)
				fresh = due.N
			}
			f.leave(lane, at, fresh)
		}
		f.closeMinute()
	}
	return f.end(lanes)
}

// flowing is a flow under way.
type flowing struct {
	Limits
	out     Flow
	waiting map[Lane]*Amount
	paces   map[Pace]*pacing
	day     map[survey.SenderID]int // taken of the day
	date    survey.Date
	days    map[survey.Date]map[survey.Channel]*Amount
	held    map[survey.Reason]bool
}

// minute begins a minute.
func (f *flowing) minute(at time.Time) {
	f.held = map[survey.Reason]bool{}
	date := survey.DateOf(at.In(f.Zone))
	if date == f.date {
		return
	}
	first := f.date.IsZero()
	f.date, f.day = date, map[survey.SenderID]int{}
	if first {
		maps.Copy(f.day, f.Taken)
	}
}

func (f *flowing) midnight() time.Time {
	return time.Date(f.date.Year, f.date.Month, f.date.Day, 0, 0, 0, 0, time.UTC)
}

func (f *flowing) closeMinute() {
	for why := range f.held {
		f.out.Held[why]++
	}
	for _, p := range f.paces {
		p.close()
	}
}

func (f *flowing) idle() bool {
	for _, w := range f.waiting {
		if w.N > 0 {
			return false
		}
	}
	return true
}

// leave lets go what a lane may send in this minute. What was held up waits for the
// hours of the protocol's zone; what is fresh, due in this very minute, is within
// the hours of its people, wherever they live.
func (f *flowing) leave(lane Lane, at time.Time, fresh int) {
	w, s := f.waiting[lane], f.Senders[lane.Sender]
	if w == nil || w.N == 0 || fresh == 0 && !f.Open(s.Channel, at) {
		return
	}
	w.reprice(s, at)
	each := 1.0 // units a message
	if s.Channel == survey.SMS {
		each = max(float64(w.Segments)/float64(w.N), 1)
	}
	n, why := f.most(*w, s, at)
	if fresh < n && !f.Open(s.Channel, at) {
		n, why = fresh, survey.ReasonWindow
	}
	if slowest, room := f.slowest(s, each); room < n {
		n, why = room, survey.ReasonRate
		slowest.held = true
	}
	if n < w.N {
		f.held[why] = true
	}
	if n <= 0 {
		return
	}
	gone := w.take(n)
	for _, p := range f.pacesOf(s) {
		p.take(each * float64(gone.N))
	}
	f.day[s.ID] += gone.N
	if s.Warmup > 0 && s.FirstDay.IsZero() {
		s.FirstDay = f.midnight()
		f.Senders[s.ID] = s
	}
	f.note(lane, s.Channel, at, gone)
}

// most is how many of the waiting the sender's day and the budget leave room for,
// and which of them bounds it.
func (f *flowing) most(w Amount, s survey.Sender, at time.Time) (n int, why survey.Reason) {
	n = w.N
	bound := func(to int, by survey.Reason) {
		if to < n {
			n, why = max(to, 0), by
		}
	}
	if limit := s.CapOn(f.midnight()); limit > 0 {
		bound(limit-f.day[s.ID], survey.ReasonSenderCap)
	}
	if f.Budget > 0 && w.Cost > 0 { // what costs nothing goes on
		bound(f.affords(float64(w.Cost)/float64(w.N), s.MayCostAt(at)), survey.ReasonBudget)
	}
	if why == survey.ReasonBudget && f.out.BudgetEnds.IsZero() {
		f.out.BudgetEnds = at
	}
	return n, why
}

// affords is how many messages the budget still pays for. A message is claimed
// only if there is as much as one may cost, although it may then cost less.
func (f *flowing) affords(each float64, may int64) int {
	left := float64(f.Budget - f.Spent)
	for _, t := range f.out.Total {
		left -= float64(t.Cost)
	}
	left -= max(float64(may), each)
	if left < 0 {
		return 0
	}
	return int(left/each+1e-9) + 1
}

func (f *flowing) note(lane Lane, ch survey.Channel, at time.Time, gone Amount) {
	if f.days[f.date] == nil {
		f.days[f.date] = map[survey.Channel]*Amount{}
	}
	if f.days[f.date][ch] == nil {
		f.days[f.date][ch] = &Amount{}
	}
	f.days[f.date][ch].Add(gone)
	total := f.out.Total[ch]
	total.Add(gone)
	f.out.Total[ch] = total
	if _, ok := f.out.First[lane.Step]; !ok {
		f.out.First[lane.Step] = at
	}
	f.out.Last[lane.Step] = at
	f.out.Finish = at.Add(time.Minute)
}

// end gathers the days, and what is left over.
func (f *flowing) end(lanes []Lane) Flow {
	for date, channels := range f.days {
		for ch, a := range channels {
			f.out.Days = append(f.out.Days, Day{Date: date, Channel: ch, Amount: *a})
		}
	}
	slices.SortFunc(f.out.Days, func(a, b Day) int {
		if c := a.Date.Compare(b.Date); c != 0 {
			return c
		}
		return slices.Index(survey.Channels(), a.Channel) - slices.Index(survey.Channels(), b.Channel)
	})
	for _, lane := range lanes {
		if w := f.waiting[lane]; w != nil && w.N > 0 {
			f.out.Late[f.Senders[lane.Sender].Channel] += w.N
		}
	}
	f.out.Paces = f.uses()
	return f.out
}
