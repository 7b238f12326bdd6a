package respondent

import "sync"

// Counts says what the crowd did. Every field counts people, except Pages,
// Texts, Keys and Retries.
type Counts struct {
	Reached int `json:"reached"` // by a mail, a text or a ringing telephone
	// Web, SMS and Voice came to the end, each person once, by the mode in which
	// they first did.
	Web        int `json:"web"`
	SMS        int `json:"sms"`
	Voice      int `json:"voice"`
	Resumed    int `json:"resumed"`     // of these: begun in another mode
	Twice      int `json:"twice"`       // went on in a second mode at the same time or afterwards
	BrokenOff  int `json:"broken_off"`  // left halfway, some of them for a while
	OptedOut   int `json:"opted_out"`   // by one click, TC or the key 0
	Declined   int `json:"declined"`    // said "not this time"
	HungUp     int `json:"hung_up"`     // in the middle of a call
	Missed     int `json:"missed"`      // let it ring or refused the call
	Looked     int `json:"looked"`      // opened the form and did nothing
	TurnedAway int `json:"turned_away"` // found a form closed, paused or unknown
	GaveUp     int `json:"gave_up"`     // could not get on: no server for a minute, or never understood
	Pages      int `json:"pages"`       // buttons pressed on pages
	Texts      int `json:"texts"`       // texts written
	Nonsense   int `json:"nonsense"`    // of these: words that answer nothing
	Keys       int `json:"keys"`        // times keys were pressed in calls
	Retries    int `json:"retries"`     // pages and texts tried again
}

// HabitCount is one line of what came of a habit.
type HabitCount struct {
	Habit   Habit `json:"habit"`
	People  int   `json:"people"`
	Reached int   `json:"reached"`
	Ended   int   `json:"ended"` // came to the end of a form, a conversation or a call
}

// tally is Counts under a lock, and who was counted already.
type tally struct {
	mu      sync.Mutex
	counts  Counts
	reached map[int]bool
	once    map[onceKey]bool
}

// onceKey is a field of Counts for a person, by ID.
type onceKey struct {
	person int
	field  *int
}

// add counts an event.
func (t *tally) add(field func(*Counts) *int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*field(&t.counts)++
}

// note counts a person once.
func (t *tally) note(s *someone, field func(*Counts) *int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.once == nil {
		t.once = map[onceKey]bool{}
	}
	key := onceKey{s.ID, field(&t.counts)}
	if !t.once[key] {
		t.once[key] = true
		*key.field++
	}
}

// reach counts a person as reached.
func (t *tally) reach(s *someone) {
	t.note(s, func(c *Counts) *int { return &c.Reached })
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reached == nil {
		t.reached = map[int]bool{}
	}
	t.reached[s.ID] = true
}

// Counts returns what the crowd did since Start.
func (c *Crowd) Counts() Counts {
	c.tally.mu.Lock()
	defer c.tally.mu.Unlock()
	return c.tally.counts
}

// ByHabit returns what came of each habit, in the order of Habits.
func (c *Crowd) ByHabit() []HabitCount {
	at := map[Habit]int{}
	var out []HabitCount
	for i, h := range Habits() {
		at[h] = i
		out = append(out, HabitCount{Habit: h})
	}
	for _, s := range c.people {
		line := &out[at[s.Habit]]
		line.People++
		c.tally.mu.Lock()
		line.Reached += boolInt(c.tally.reached[s.ID])
		c.tally.mu.Unlock()
		s.mu.Lock()
		line.Ended += boolInt(s.ended != "")
		s.mu.Unlock()
	}
	return out
}

// Spare returns the path of a form's link and the number of two people who were
// written to and will never answer, for somebody who wants to try it by hand;
// empty while there are none.
func (c *Crowd) Spare() (link, phone string) {
	for _, s := range c.people {
		s.mu.Lock()
		if idle := s.Habit == Never && s.contacts > 0; idle {
			if link == "" {
				link = s.link
			}
			if phone == "" {
				phone = s.Phone()
			}
		}
		s.mu.Unlock()
	}
	return link, phone
}

// end notes that somebody came to the end in a mode. The caller holds s.mu.
func (c *Crowd) end(s *someone, m Mode) {
	if s.ended != "" {
		if m != s.ended {
			c.tally.note(s, func(c *Counts) *int { return &c.Twice })
		}
		return
	}
	s.ended = m
	switch m {
	case Web:
		c.tally.note(s, func(c *Counts) *int { return &c.Web })
	case SMS:
		c.tally.note(s, func(c *Counts) *int { return &c.SMS })
	case Voice:
		c.tally.note(s, func(c *Counts) *int { return &c.Voice })
	}
	if s.begun != "" && s.begun != m {
		c.tally.note(s, func(c *Counts) *int { return &c.Resumed })
	}
}
