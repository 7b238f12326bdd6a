package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/throttle"
	"canvass/templates"
)

// Trial sends a word by one of our senders to somebody of the office, and returns the
// provider's code where it refused; "" when it left.
type Trial func(ctx context.Context, s survey.Sender, to string, lang survey.Lang) (code string, sent bool)

// Trials: each account may try a few senders in a row, then one every while; what became
// of the latest is kept in memory, without the address.
const (
	trialBurst  = 6
	trialPace   = 20 * time.Second
	trialTime   = time.Minute
	mostTrials  = 20
	trialsShown = time.Hour
)

// trial is one word that was sent, or is being.
type trial struct {
	sender survey.SenderID
	by     staff.ID
	at     time.Time
	state  string // "sending", "sent", "refused"
	code   string
}

// trials are the latest, the last one first.
type trials struct {
	mu  sync.Mutex
	all []*trial
}

func (t *trials) begin(one *trial) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = slices.Insert(t.all, 0, one)
	t.all = t.all[:min(len(t.all), mostTrials)]
}

func (t *trials) end(one *trial, code string, sent bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.state, one.code = "refused", code; sent {
		one.state = "sent"
	}
}

// of returns the latest trial of a sender.
func (t *trials) of(id survey.SenderID, now time.Time) (trial, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.all {
		if one.sender == id && now.Sub(one.at) < trialsShown {
			return *one, true
		}
	}
	return trial{}, false
}

// midnight is the office's day as the day limits of senders count it.
func (v *visit) midnight() time.Time {
	y, m, d := v.now().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// senders shows our addresses: how they are set up, how they stand, what they cost.
func (v *visit) senders() { v.showSenders(0, "", nil) }

func (v *visit) showSenders(at survey.SenderID, typed string, why error) {
	page := templates.Senders{Shell: v.shell("people"), Tabs: adminTabs("senders"), May: v.Try != nil, Resting: string(survey.ReasonStaff)}
	all, err := v.Store.HouseSenders(v.ctx, v.midnight())
	if err != nil {
		v.fail(err)
		return
	}
	for _, s := range all {
		line := templates.HouseSender{ID: int64(s.ID), Channel: string(s.Channel), Address: s.Address, Provider: s.Provider, Receives: s.CanReceive,
			State: string(s.Health.State), Reason: string(s.Health.Reason), Until: v.local(s.Health.Until), Cost: s.CostAt(v.Clock.Now()), Unpriced: s.Unpriced(survey.HomeDay(v.Clock.Now())), Pace: v.pace(s.Rate), Calls: s.Calls,
			Cap: s.Health.DayCap, Warming: s.Health.Warming, Taken: s.Health.Taken}
		if one, ok := v.trials.of(s.ID, v.Clock.Real()); ok {
			line.Trial, line.TrialAt, line.TrialCode = one.state, v.local(one.at), one.code
			page.Sending = page.Sending || one.state == "sending"
		}
		if s.ID == at && why != nil {
			line.Typed, line.Wrong = typed, v.words(why)
			line.Unrested = survey.CodeOf(why) == survey.CodeReasonMissing
		}
		page.Senders = append(page.Senders, line)
	}
	status := http.StatusOK
	if why != nil {
		status = http.StatusUnprocessableEntity
	}
	v.show(status, page)
}

// pace writes a rate as the visitor's language does; "" where there is none.
func (v *visit) pace(rate float64) string {
	switch text := strconv.FormatFloat(rate, 'f', -1, 64); {
	case rate == 0:
		return ""
	case v.lang() == survey.Vietnamese:
		return strings.Replace(text, ".", ",", 1)
	default:
		return text
	}
}

// moveSender has a sender rest, for a reason, or go on.
func (v *visit) moveSender() {
	id, _ := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	by := view.Audit{At: v.Clock.Real(), Actor: v.account.Login, Reason: strings.TrimSpace(v.r.PostFormValue("reason"))}
	move, told := dispatch.RestSender, "sender.rests"
	if strings.HasSuffix(v.r.URL.Path, "/wake") {
		move, told = dispatch.WakeSender, "sender.woken"
	}
	err := move(v.ctx, v.Store, survey.SenderID(id), by)
	switch survey.KindOf(err) {
	case "":
		v.tell(told)
		v.goTo("/senders")
	case survey.Invalid:
		v.showSenders(survey.SenderID(id), "", err)
	default:
		v.fail(err)
	}
}

// trySender sends a word by a sender to the address that was typed. It leaves after the
// answer: the page says what became of it.
func (v *visit) trySender() {
	id, _ := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	typed := v.r.PostFormValue("to")
	all, err := v.Store.HouseSenders(v.ctx, v.midnight())
	if err != nil {
		v.fail(err)
		return
	}
	i := slices.IndexFunc(all, func(s view.HouseSender) bool { return int64(s.ID) == id })
	if i < 0 || v.Try == nil {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	s := all[i].Sender
	to, err := dispatch.TrialAddress(s.Channel, typed)
	if err == nil && !v.tries.Take(v.account.ID) {
		err = &survey.Error{Kind: survey.Invalid, Code: survey.CodeSignInRests}
	}
	if err != nil {
		v.showSenders(s.ID, typed, err)
		return
	}
	audit := view.Audit{At: v.Clock.Real(), Actor: v.account.Login, Act: "sender", Detail: map[string]any{"tried": s.ID}}
	if err := v.Store.RecordAudit(v.ctx, audit); err != nil {
		v.fail(err)
		return
	}
	one := &trial{sender: s.ID, by: v.account.ID, at: v.Clock.Real(), state: "sending"}
	v.trials.begin(one)
	ctx, lang, try := context.WithoutCancel(v.ctx), v.lang(), v.Try
	go func() {
		ctx, cancel := context.WithTimeout(ctx, trialTime)
		defer cancel()
		code, sent := try(ctx, s, to, lang)
		v.trials.end(one, code, sent)
	}()
	v.goTo("/senders")
}

func newTries(clock survey.Clock) *throttle.Throttle[staff.ID] {
	return throttle.New[staff.ID](clock.Real, throttle.Bound{Burst: trialBurst, Pace: trialPace, Most: guessPlaces})
}

// office shows who asks.
func (v *visit) office() {
	o, _, err := v.Store.Office(v.ctx)
	if err != nil {
		v.fail(err)
		return
	}
	v.showOffice(o, nil)
}

func (v *visit) showOffice(o survey.Office, why error) {
	page := templates.OfficeScreen{Shell: v.shell("people"), Tabs: adminTabs("office"), Fixed: v.OfficeFixed,
		Name: o.Name[survey.Vietnamese], NameEN: o.Name[survey.English], Short: o.Short[survey.Vietnamese], ShortEN: o.Short[survey.English],
		Contact: o.Contact, Phone: o.Phone, Mail: o.Mail}
	status := http.StatusOK
	if why != nil {
		status = http.StatusUnprocessableEntity
		page.Field = fieldOf(why)
	}
	v.show(status, page)
}

// fieldOf is the field of the office that an error is about.
func fieldOf(err error) string {
	var e *survey.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Args["name"]
}

// setOffice sets the office of new campaigns.
func (v *visit) setOffice() {
	if v.OfficeFixed {
		v.fail(&survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound})
		return
	}
	text := v.r.PostFormValue
	o := survey.Office{Name: map[survey.Lang]string{survey.Vietnamese: text("name"), survey.English: text("name_en")},
		Short: map[survey.Lang]string{survey.Vietnamese: text("short"), survey.English: text("short_en")}, Contact: text("contact"), Phone: text("phone"), Mail: text("mail")}
	err := dispatch.SetOffice(v.ctx, v.Store, o, view.Audit{At: v.Clock.Real(), Actor: v.account.Login})
	switch survey.KindOf(err) {
	case "":
		v.tell("office")
		v.goTo("/office")
	case survey.Invalid:
		v.showOffice(o, err)
	default:
		v.fail(err)
	}
}
