package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// fieldStore is what campaigns in the field need of the database.
type fieldStore interface {
	dispatch.BehindPageStore
	dispatch.FieldStore
	dispatch.DoubtStore
	dispatch.ResendStore
	dispatch.ReleaseStore
	dispatch.SettingsStore
}

// formError is what is wrong with a form before a use case sees it: the key of a
// sentence.
type formError string

func (e formError) Error() string { return "console: " + string(e) }

// What confirms a move was not typed; no message was chosen; a field holds no number, or
// one beyond its range.
const (
	errUnsure    formError = "move.unsure"
	errNone      formError = "doubts.none"
	errDays      formError = "move.wrong.days"
	errReplicate formError = "move.wrong.replicate"
	errBudget    formError = "move.wrong.budget"
	errRate      formError = "move.wrong.rate"
)

// badForm reports whether err is for who filled a form, and not a fault.
func badForm(err error) bool {
	var f formError
	kind := survey.KindOf(err)
	return errors.As(err, &f) || kind == survey.Invalid || kind == survey.Conflict
}

// By how many days an end moves at once, and how many messages leave in a second at most.
const (
	mostDays = 90
	mostRate = 1e6
)

// moves are what can be done in a state by the console, and in numbers what they do.
func moves(s seen, page templates.Campaign) []templates.Move {
	var keys []string
	switch s.State {
	case survey.CampaignFielding:
		keys = []string{"pause", "extend", "shorten", "set", "close"}
	case survey.CampaignPaused:
		keys = []string{"resume", "extend", "shorten", "set", "close"}
	case survey.CampaignClosed:
		keys = []string{"archive"}
	}
	var held []templates.ReplicateLine
	for _, r := range page.Replicates {
		if r.State == string(survey.ReplicateHeld) && r.Of.N > 0 {
			held = append(held, r)
		}
	}
	if len(held) > 0 && len(keys) > 1 {
		keys = slices.Insert(keys, 1, "release")
	}
	queued := 0
	for _, w := range s.Waits {
		queued += w.N
	}
	var out []templates.Move
	for _, key := range keys {
		m := templates.Move{Key: key, Open: page.All.Waits + page.All.Begun, Begun: page.All.Begun, Queued: queued}
		switch key {
		case "release":
			m.Held = held
		case "set":
			m.Rate, m.Budget = strconv.FormatFloat(s.Rate, 'f', -1, 64), s.Budget
		case "close", "archive":
			m.Sure = s.Name
		}
		out = append(out, m)
	}
	return out
}

// move does something with a campaign, with a reason on record.
func (v *visit) move() {
	name, move := v.r.PathValue("name"), v.r.PathValue("move")
	o := v.order()
	err := v.doMove(move, o)
	if err == nil {
		v.watched.forget(name)
		if move == "set" {
			move = "limits" // [told.set] is of accounts
		}
		v.tell(move)
		v.goTo(campaignPath(name))
		return
	}
	if !badForm(err) {
		v.fail(err)
		return
	}
	page, bad := v.campaignScreen()
	if bad != nil {
		v.fail(bad)
		return
	}
	page.Wrong, page.Move, page.Words = v.why(err), move, o.Words
	page.Typed = map[string]string{}
	for _, field := range []string{"days", "budget", "rate", "replicate"} {
		page.Typed[field] = v.r.PostFormValue(field)
	}
	v.show(http.StatusUnprocessableEntity, page)
}

// order is who moves the campaign of the address, and why.
func (v *visit) order() dispatch.Order {
	return dispatch.Order{Campaign: v.r.PathValue("name"), Actor: v.account.Login, Words: strings.TrimSpace(v.r.PostFormValue("words")), Now: v.Clock.Now()}
}

// why is what was wrong with a form.
func (v *visit) why(err error) string {
	var f formError
	if errors.As(err, &f) {
		return v.Templates.Sentence(string(v.lang()), string(f))
	}
	return v.words(err)
}

func (v *visit) doMove(move string, o dispatch.Order) error {
	switch move {
	case "pause":
		return dispatch.Pause(v.ctx, v.Store, o)
	case "resume":
		return dispatch.Resume(v.ctx, v.Store, o)
	case "close", "archive":
		if _, err := v.Store.CampaignByName(v.ctx, o.Campaign); err != nil {
			return err
		}
		if !strings.EqualFold(strings.TrimSpace(v.r.PostFormValue("sure")), o.Campaign) {
			return errUnsure
		}
		if move == "archive" {
			return dispatch.Archive(v.ctx, v.Store, o)
		}
		return dispatch.Close(v.ctx, v.Store, o)
	case "extend", "shorten":
		days, ok := v.posted("days", 1, mostDays)
		if !ok {
			return errDays
		}
		do := dispatch.Extend
		if move == "shorten" {
			do = dispatch.Shorten
		}
		_, err := do(v.ctx, v.Store, dispatch.End{By: time.Duration(days) * 24 * time.Hour}, o)
		return err
	case "release":
		number, ok := v.posted("replicate", 0, 1<<20)
		if !ok {
			return errReplicate
		}
		_, err := dispatch.Release(v.ctx, v.Store, number, o)
		return err
	case "set":
		return v.set(o)
	}
	return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
}

// set sets the budget and the rate. A comma is a decimal point, and points between
// thousands are passed over.
func (v *visit) set(o dispatch.Order) error {
	budget, err := strconv.ParseInt(strings.NewReplacer(".", "", ",", "", " ", "").Replace(v.r.PostFormValue("budget")), 10, 64)
	if err != nil || budget < 0 {
		return errBudget
	}
	rate, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(v.r.PostFormValue("rate")), ",", ".", 1), 64)
	if err != nil || !(rate >= 0 && rate <= mostRate) {
		return errRate
	}
	_, err = dispatch.Set(v.ctx, v.Store, dispatch.Change{Rate: &rate, Budget: &budget}, o)
	return err
}

// posted reads a field as a whole number of a range.
func (v *visit) posted(field string, least, most int) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(v.r.PostFormValue(field)))
	return n, err == nil && n >= least && n <= most
}
