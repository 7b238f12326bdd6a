package dispatch

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"canvass/dispatch/forecast"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ForecastStore is what a forecast needs of the database. It writes nothing.
type ForecastStore interface {
	CalendarStore
	LaunchStore
	Foresee(ctx context.Context, o view.ForecastOrder, each func(view.Foreseen) error) (view.Outlook, error)
}

// Worded is a message as it would leave.
type Worded struct {
	Subject  string // of a mail
	Body     string // the text, or the plain part of a mail
	Segments int    // of a text
	Wide     bool   // a text with a letter outside GSM-7: half as many letters a segment
	StopLink string // where a mail leads whoever wants no more
}

// ForecastRequest asks what a campaign would do.
type ForecastRequest struct {
	Campaign    string
	At          time.Time // business time from which on it is looked at: of a launch, or now
	AddressKeys view.AddressKeys
	Speed       float64 // of business time; 0 is 1
	// Answering is the share of people who are taken to answer, 0 to 1, spread by
	// their ids and the seed of the draw.
	Answering float64
	// Rates are the paces that all senders of a provider share, in units a second.
	Rates map[string]float64
	// Word words a message for nobody in particular.
	Word func(context.Context, view.Specimen) (Worded, error)
	// Each hears of every person; nil: nobody asks.
	Each func(Planned) error
}

// Planned is what one person would get.
type Planned struct {
	ContactID survey.ContactID
	Contacts  []forecast.Contact
	Amounts   []forecast.Amount // what each of Contacts takes and costs
	Why       survey.Reason     // without a contact
}

// Forecast is what a campaign would do if everything arrived and nobody answered,
// or no more than a share of people: the most that it can send.
type Forecast struct {
	Campaign string    `json:"campaign"`
	Launched bool      `json:"launched"` // false: as if it were launched at At
	At       time.Time `json:"at"`
	// Answering is the share of people who are taken to answer.
	Answering float64   `json:"answering"`
	Ends      time.Time `json:"ends"`
	Frame     int       `json:"frame"`
	Sample    int       `json:"sample"`
	People    int       `json:"people"` // of the replicates that are out, with an open case

	Contacted int                           `json:"contacted"`
	Never     map[survey.Reason]int         `json:"never"` // the others, by reason
	First     map[survey.Channel]int        `json:"first"` // first contacts: the least that is sent
	Total     map[survey.Channel]ChannelSum `json:"total"`
	Days      []forecast.Day                `json:"days"`
	Steps     []StepForecast                `json:"steps"`

	Finish time.Time              `json:"finish"` // of sending, at the rates set
	Late   map[survey.Channel]int `json:"late"`   // that the rates leave for after the end
	Held   map[survey.Reason]int  `json:"held"`   // minutes in which something waits, by what for
	Paces  []PaceForecast         `json:"paces"`
	Cost   int64                  `json:"cost"`  // đồng
	Spent  int64                  `json:"spent"` // before
	// Unpriced are the senders of which nobody said what they cost; Cost is without them.
	Unpriced   []string  `json:"unpriced,omitempty"`
	Budget     int64     `json:"budget"` // 0: no limit
	BudgetEnds time.Time `json:"budget_ends,omitzero"`
	Others     int       `json:"other_campaigns"` // in the field, by the same senders

	Samples []Sample `json:"samples"`
	Lints   []Lint   `json:"lints"`
	// Refused is why a launch would be refused now; nil if it would not.
	Refused error `json:"-"`
}

// ChannelSum is what a channel carries.
type ChannelSum = forecast.Amount

// PaceForecast is what is asked of a pace.
type PaceForecast struct {
	Of      string         `json:"of"`   // sender, provider or campaign
	Name    string         `json:"name"` // the sender's address, the provider's or the campaign's name
	Channel survey.Channel `json:"channel,omitempty"`
	Rate    float64        `json:"rate"` // units (messages, segments of texts) a second; 0: no limit
	Peak    float64        `json:"peak"` // units a second of the fullest minute
	Held    int            `json:"held"` // minutes in which more would have left but for this pace
}

// StepForecast is what one step of the protocol comes to.
type StepForecast struct {
	Step    string         `json:"step"`
	Channel survey.Channel `json:"channel"`
	N       int            `json:"n"`
	First   time.Time      `json:"first,omitzero"`
	Last    time.Time      `json:"last,omitzero"`
}

// Sample is a message as somebody gets it who does not exist.
type Sample struct {
	Step    string         `json:"step"`
	Channel survey.Channel `json:"channel"`
	Lang    survey.Lang    `json:"lang"`
	People  int            `json:"people"` // contacts that say this
	// Worst: fewer people get it, and it is longer than what most get.
	Worst    bool   `json:"worst,omitempty"`
	Subject  string `json:"subject,omitempty"`
	Body     string `json:"body,omitempty"`
	Segments int    `json:"segments,omitempty"`
}

// Foretell works out what a campaign would do from r.At on: a draft as a launch
// would freeze and draw it then, one in the field with its open cases. It writes
// nothing. What a launch would be refused for stands in Refused; what can be told
// all the same is. Errors: not_found, and those of the database.
func Foretell(ctx context.Context, store ForecastStore, r ForecastRequest) (Forecast, error) {
	k, err := store.CampaignByName(ctx, r.Campaign)
	if err != nil {
		return Forecast{}, err
	}
	senders, err := store.Senders(ctx)
	if err != nil {
		return Forecast{}, err
	}
	own, err := store.OwnDays(ctx)
	if err != nil {
		return Forecast{}, err
	}
	f := foretelling{ctx: ctx, r: r, k: *k, planner: planner{now: r.At, senders: senders, own: own, loaded: map[survey.CampaignID]protocol.Loaded{}},
		demand: forecast.NewDemand(r.At), words: map[wordKey]*wordSum{}, steps: make([]int, len(k.Protocol.Steps))}
	f.out = Forecast{Campaign: k.Name, At: r.At, Launched: !k.LaunchedAt.IsZero(), Answering: r.Answering, Budget: k.Budget, Never: map[survey.Reason]int{},
		First: map[survey.Channel]int{}}
	switch k.State {
	case survey.CampaignDraft, survey.CampaignReady:
		f.out.Refused = launchable(ctx, store, *k)
		f.k.LaunchedAt, f.k.EndsAt = r.At, r.At.Add(k.Protocol.Length.Duration())
	case survey.CampaignFielding, survey.CampaignPaused:
	default:
		return f.out, &survey.Error{Kind: survey.Conflict, Code: survey.CodeCampaignState, Args: map[string]string{"name": k.Name,
			"machine": "campaign", "state": string(k.State), "may": ""}}
	}
	f.out.Ends = f.k.EndsAt
	return f.run(store)
}

// foretelling is a forecast under way.
type foretelling struct {
	planner
	ctx    context.Context
	r      ForecastRequest
	k      survey.Campaign
	demand *forecast.Demand
	words  map[wordKey]*wordSum
	steps  []int // contacts by step
	out    Forecast
}

// wordKey is what the words of a message depend on: nobody's name stands in a text.
type wordKey struct {
	sender   survey.SenderID
	step     int
	text     string
	lang     survey.Lang
	progress view.Progress
}

type wordSum struct {
	Worded
	view.Specimen
	people int
}

func (f *foretelling) run(store ForecastStore) (Forecast, error) {
	order := Order{Campaign: f.k.Name, Now: f.r.At}
	seen, err := store.Foresee(f.ctx, view.ForecastOrder{Campaign: &f.k, At: f.r.At, AddressKeys: f.r.AddressKeys,
		Freeze: view.Freeze{CampaignID: f.k.ID, Eligibility: f.k.Eligibility, Strata: f.k.Design.Strata,
			Rest: f.k.Design.Rest.Duration(), Now: f.r.At},
		Draw: drawOrder(f.k, order)}, f.person)
	f.out.Frame, f.out.Sample, f.out.People, f.out.Spent, f.out.Others = seen.Frame.Size, seen.Sample, seen.People, seen.Spent, seen.Others
	if err != nil && survey.KindOf(err) != survey.Invalid {
		return f.out, err
	}
	if err != nil && f.out.Refused == nil { // the frame or the draw is refused
		f.out.Refused = err
	}
	f.flow(seen)
	return f.out, f.tell()
}

// person plays one person.
func (f *foretelling) person(p view.Foreseen) error {
	l, c := f.lookAt(p.PlanCase)
	course := forecast.Play(l, c, p.Gate, f.r.At)
	if f.r.Answering > 0 {
		chance := rand.New(rand.NewPCG(uint64(f.k.Design.Seed), uint64(p.Invitation.ContactID)))
		course = course.Answered(f.r.Answering, chance.Float64())
	}
	amounts := make([]forecast.Amount, len(course.Contacts))
	for i, contact := range course.Contacts {
		step := slices.IndexFunc(f.k.Protocol.Steps, func(s survey.Step) bool { return s.Name == contact.Step.Name })
		if step < 0 {
			continue // it was planned by a protocol of old
		}
		if i == 0 {
			f.out.Contacted++
			f.out.First[contact.Step.Channel]++
		}
		amount, sender, err := f.price(p, contact, step)
		if err != nil {
			return err
		}
		amounts[i] = amount
		f.steps[step]++
		f.demand.Add(forecast.Lane{Sender: sender, Step: step}, contact.At, amount)
	}
	if len(course.Contacts) == 0 {
		if p.Left { // which leaves no address that could be used
			course.Why = survey.ReasonLeft
		}
		f.out.Never[course.Why]++
	}
	if f.r.Each != nil {
		return f.r.Each(Planned{ContactID: p.Invitation.ContactID, Contacts: course.Contacts, Amounts: amounts, Why: course.Why})
	}
	return nil
}

// price is what one contact takes, by its words. Those of a text are made once for
// all who get the same; those of a mail cost nothing and wait for the frame.
func (f *foretelling) price(p view.Foreseen, c forecast.Contact, step int) (forecast.Amount, survey.SenderID, error) {
	s := f.sender(p.Invitation.ContactID, c.Step)
	key := wordKey{s.ID, step, c.Text, p.Invitation.Language.Or(survey.Vietnamese), p.Progress}
	w := f.words[key]
	if w == nil {
		w = &wordSum{Specimen: view.Specimen{Campaign: &f.k, Sender: s, Step: c.Step, Lang: key.lang, Progress: p.Progress, At: c.At}}
		w.Step.Text = c.Text
		if s.Channel == survey.SMS {
			if err := f.word(w); err != nil {
				return forecast.Amount{}, 0, err
			}
		}
		f.words[key] = w
	}
	w.people++
	if s.Unpriced(survey.HomeDay(c.At)) && !slices.Contains(f.out.Unpriced, s.Address) {
		f.out.Unpriced = append(f.out.Unpriced, s.Address)
	}
	a := forecast.Amount{N: 1, Segments: w.Segments, Cost: s.CostAt(c.At)}
	if s.Channel == survey.SMS {
		a.Cost *= int64(max(w.Segments, 1))
	}
	return a, s.ID, nil
}

func (f *foretelling) word(w *wordSum) (err error) {
	if f.r.Word != nil {
		w.Worded, err = f.r.Word(f.ctx, w.Specimen)
	}
	return err
}

// flow puts the rates over what is due.
func (f *foretelling) flow(seen view.Outlook) {
	zone, ok := survey.Zone(f.k.Protocol.Zone)
	if !ok {
		zone = time.UTC
	}
	l, _ := protocol.Load(f.k.Protocol)
	l = l.With(f.own)
	senders := map[survey.SenderID]survey.Sender{}
	for _, s := range f.senders {
		senders[s.ID] = s
	}
	flow := f.demand.Flow(forecast.Limits{Senders: senders, Taken: seen.Taken, Rate: f.k.Rate, Providers: f.r.Rates,
		Budget: f.k.Budget, Spent: seen.Spent, Ends: f.k.EndsAt, Zone: zone, Speed: f.r.Speed, Open: func(ch survey.Channel, at time.Time) bool {
			open, _, _ := l.Window(ch, at)
			return open
		}})
	f.out.Days, f.out.Finish, f.out.Late, f.out.Held, f.out.BudgetEnds = flow.Days, flow.Finish, flow.Late, flow.Held, flow.BudgetEnds
	f.out.Total = flow.Total
	for _, t := range flow.Total {
		f.out.Cost += t.Cost
	}
	for _, u := range flow.Paces {
		p := PaceForecast{Of: "sender", Name: senders[u.Sender].Address, Channel: senders[u.Sender].Channel, Rate: u.Rate, Peak: u.Peak, Held: u.Held}
		switch {
		case u.Campaign:
			p.Of, p.Name = "campaign", f.k.Name
		case u.Sender == 0:
			p.Of, p.Name = "provider", u.Provider
		}
		f.out.Paces = append(f.out.Paces, p)
	}
	for i, s := range f.k.Protocol.Steps {
		f.out.Steps = append(f.out.Steps, StepForecast{Step: s.Name, Channel: s.Channel, N: f.steps[i], First: flow.First[i], Last: flow.Last[i]})
	}
}
