package respondent

import "slices"

// Habit is what a person does when we write or call.
type Habit string

// The habits. The first eight take part in the end, as far as the contacts they
// wait for arrive.
const (
	ByLink         Habit = "by link"          // opens the first link
	AfterReminder  Habit = "after a reminder" // the second contact, whichever
	BySMS          Habit = "by SMS"           // waits for a text and answers there
	ByKey          Habit = "by key"           // waits for the call
	HangsUp        Habit = "hangs up, then by key"
	Resumes        Habit = "halfway, then another mode"
	TwiceByTwo     Habit = "twice by two modes"
	FormThenSilent Habit = "halfway, never again"
	OptsOut        Habit = "opts out" // one-click, TC or the key 0, by Prefers
	Declines       Habit = "not this time"
	NeverPicksUp   Habit = "never picks up"
	Looks          Habit = "looks, never answers" // opens the form, no more
	Never          Habit = "never"
)

// Habits returns all habits in the order above.
func Habits() []Habit {
	return []Habit{ByLink, AfterReminder, BySMS, ByKey, HangsUp, Resumes, TwiceByTwo, FormThenSilent, OptsOut, Declines, NeverPicksUp, Looks, Never}
}

// Answers reports whether people of this habit come to the end of a form, if
// the contacts they wait for arrive.
func (h Habit) Answers() bool {
	return slices.Index(Habits(), h) < slices.Index(Habits(), FormThenSilent)
}

// preferences are of a hundred people who may choose: link, SMS, call.
var preferences = map[byte][]weighted{
	'T': {{string(Web), 80}, {string(SMS), 18}, {string(Voice), 2}},
	'C': {{string(Web), 47}, {string(SMS), 38}, {string(Voice), 15}},
}

// habitsOf are the habits of those who take part, by the mode they prefer.
var habitsOf = map[Mode][]weighted{
	Web:   {{string(ByLink), 56}, {string(AfterReminder), 36}, {string(Resumes), 4}, {string(TwiceByTwo), 4}},
	SMS:   {{string(BySMS), 88}, {string(Resumes), 8}, {string(TwiceByTwo), 4}},
	Voice: {{string(ByKey), 78}, {string(HangsUp), 22}},
}

// quotas are how many of the 300 have the habits that do not end in answers;
// whoever is left never does anything. 4 % break off.
var quotas = []struct {
	habit Habit
	n     int
}{{FormThenSilent, 12}, {OptsOut, 6}, {Declines, 9}, {NeverPicksUp, 12}, {Looks, 10}}

// rare are habits of few, given to at least so many so that a run shows them.
var rare = []struct {
	habit Habit
	n     int
}{{Resumes, 8}, {TwiceByTwo, 6}, {HangsUp, 4}}

// habits decides who takes part, exactly by the rates of the strata, and how.
func (b *builder) habits() {
	var silent []int
	for _, s := range strata {
		here := b.shuffled(b.where(func(p *Person) bool { return p.Stratum == s.Code }))
		slices.SortStableFunc(here, func(i, j int) int { return boolInt(b.people[j].reached()) - boolInt(b.people[i].reached()) })
		willing := (s.N*s.Takes + 50) / 100
		for n, i := range here {
			p := &b.people[i]
			p.Prefers = b.prefers(p)
			if n < willing {
				p.Habit = Habit(pick(b.rng, habitsOf[p.Prefers]))
				b.settleFor(p)
			} else {
				p.Habit = Never
				silent = append(silent, i)
			}
		}
	}
	b.atLeast()
	silent = b.shuffled(silent)
	for _, q := range quotas {
		b.give(q.habit, q.n, silent)
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// prefers draws the mode of a person among those that can reach them.
func (b *builder) prefers(p *Person) Mode {
	m := Mode(pick(b.rng, preferences[p.Stratum[0]]))
	if p.Phone() == "" {
		m = Web
	}
	return m
}

// hasBoth reports whether the person can be reached by mail and telephone.
func (p *Person) hasBoth() bool { return p.Phone() != "" && p.Email != "" && !p.Bounces() && !p.shared }

// settleFor takes a habit back that needs more modes than the person has.
func (b *builder) settleFor(p *Person) {
	switch {
	case p.Habit == TwiceByTwo && !p.hasBoth(), p.Habit == Resumes && !p.hasBoth():
		p.Habit = plainHabit(p.Prefers)
	case p.Prefers == Web && (p.Email == "" || p.Bounces()) && p.Habit == AfterReminder:
		p.Habit = ByLink // the texts are few, so the first must do
	}
}

func plainHabit(m Mode) Habit {
	switch m {
	case SMS:
		return BySMS
	case Voice:
		return ByKey
	}
	return ByLink
}

// atLeast makes sure that the rare habits occur.
func (b *builder) atLeast() {
	for _, r := range rare {
		missing := r.n - len(b.where(func(p *Person) bool { return p.Habit == r.habit }))
		for _, i := range b.shuffled(b.where(func(p *Person) bool { return p.Habit == plainHabit(p.Prefers) })) {
			p := &b.people[i]
			if missing <= 0 {
				break
			}
			if p.hasBoth() && (r.habit == HangsUp) == (p.Prefers == Voice) {
				p.Habit = r.habit
				missing--
			}
		}
	}
}

// give turns n of the silent into people of a habit. Those who opt out or
// decline do so by mail, text and call in turn.
func (b *builder) give(h Habit, n int, silent []int) {
	turn := []Mode{Web, SMS, Voice}
	for _, i := range silent {
		p := &b.people[i]
		if n == 0 {
			return
		}
		if p.Habit != Never || !p.reached() || h == NeverPicksUp && p.Phone() == "" {
			continue
		}
		if h == OptsOut || h == Declines {
			if !p.hasBoth() {
				continue
			}
			p.Prefers = turn[n%3]
		}
		p.Habit = h
		n--
	}
}

// misbehaviour is a suffix of twiliosim's table, and who has it.
type misbehaviour struct {
	suffix string
	n      int
	who    func(*Person) bool
}

// wanted are the misbehaviours that the province shows. Those that lose an
// answer of the API are left to drills.
var wanted = []misbehaviour{
	{"9102", 12, func(p *Person) bool { return p.Habit == NeverPicksUp }},
	{"9101", 2, func(p *Person) bool { return p.Habit == Never }},
	{"9104", 3, func(p *Person) bool { return p.Habit == Never || p.Habit == Looks }},
	{"9003", 2, func(p *Person) bool { return p.Habit == ByLink && p.hasBoth() || p.Habit == Never }},
	{"9004", 3, func(p *Person) bool { return p.Habit == ByLink && p.hasBoth() || p.Habit == Never }},
	{"9010", 4, isPhonePerson},
	{"9011", 3, isPhonePerson},
	{"9013", 3, isPhonePerson},
	{"9006", 2, isPhonePerson},
	{"9007", 2, isPhonePerson},
}

func isPhonePerson(p *Person) bool {
	return p.Habit == BySMS || p.Habit == ByKey || p.Habit == AfterReminder
}

// mischief changes the numbers of some so that the simulator misbehaves.
func (b *builder) mischief() {
	done := map[int]bool{}
	for _, w := range wanted {
		left := w.n
		for _, i := range b.shuffled(b.where(w.who)) {
			p := &b.people[i]
			if left > 0 && len(p.Phones) == 1 && !done[i] && !b.must(i) && !b.isShared(i) {
				p.Phones[0] = b.newNumber(w.suffix)
				done[i] = true
				left--
			}
		}
	}
}
