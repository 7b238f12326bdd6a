package console

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/throttle"
	"canvass/dispatch/token"
	"canvass/templates"
)

// Store is what the console needs of the database.
type Store interface {
	dispatch.StaffStore
	dispatch.MoveStore
	dispatch.StatusStore
	dispatch.PollStore
	wizardStore
	fieldStore
	resultsStore
	contactsStore
	adminStore
	importStore
	unitStore
	columnStore
	focalStore
	repliesStore
	wordsStore
	Campaigns(ctx context.Context, states ...survey.CampaignState) ([]*survey.Campaign, error)
	Office(ctx context.Context) (survey.Office, bool, error)
	questionnaireStore
}

// Config is what the console is made of. All of it is needed.
type Config struct {
	Store     Store
	Templates *templates.Set
	Clock     survey.Clock
	// URL is where staff reach the console, without a slash at its end. Cookies are
	// Secure where it is https.
	URL  string
	Zone *time.Location // of the office
	// Patience is how long who looks at a campaign waits for its first count; then the
	// screen is shown without figures, and what is in the field is counted ahead. 0: until
	// it is there.
	Patience time.Duration
	// Answers reads answers, as a role that cannot join those of a confidential campaign to
	// people.
	Answers dispatch.MediaStore
	// Public is where respondents reach their pages, without a slash at its end.
	Public string
	// Try sends a word by a sender; nil where this process has no channels. OfficeFixed
	// says that the office's details stand in the settings, which win at each start.
	Try         Trial
	OfficeFixed bool
	// Assign takes words as an answer by the way that answers go: worker/ingest.
	Assign dispatch.Assigner
	// Ending is closed when the process is asked to stop; who watches is let go then.
	Ending <-chan struct{}
	Logger *slog.Logger
	// Keys make the links of who is sampled, and seal what opens accounts beside passwords.
	Keys *token.Keyring
	// Forecast gives a forecast what it needs beside the campaign: words, rates, keys.
	Forecast func(context.Context) (dispatch.ForecastRequest, error)
}

// Guesses from one place, and passwords looked at at once: each takes 19 MiB.
const (
	guessBurst  = 20
	guessPace   = 3 * time.Second
	guessPlaces = 4096
	mostGuesses = 2
)

// maxForm is the longest form that is read, in bytes, where the route allows no more.
const maxForm = 64 << 10

// console answers requests.
type console struct {
	Config
	guesses *throttle.Throttle[netip.Prefix]
	looking chan struct{} // a place for each password that is looked at
	watched *watched
	tasks   *tasks
	polls   *tasks // urgent ones: they wait for no other look
	tallied *tallied
	lists   lists
	chained chained
	trials  trials
	tries   *throttle.Throttle[staff.ID]
	// importing works on lists that were uploaded.
	importing *importing
	outlines  outlines
	doors     apiDoors
}

// New returns the console as one handler. Its server sets the timeouts.
func New(cfg Config) (http.Handler, error) {
	if cfg.Store == nil || cfg.Answers == nil || cfg.Templates == nil || cfg.Zone == nil || cfg.Logger == nil || cfg.Keys == nil || cfg.Forecast == nil || cfg.Assign == nil {
		return nil, &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: errors.New("console: a part is missing")}
	}
	c := &console{Config: cfg, looking: make(chan struct{}, mostGuesses), tries: newTries(cfg.Clock),
		guesses: throttle.New[netip.Prefix](cfg.Clock.Real, throttle.Bound{Burst: guessBurst, Pace: guessPace, Most: guessPlaces})}
	c.watched, c.tallied = newWatched(c), newTallied(c)
	c.tasks, c.polls = newTasks(cfg.Ending, cfg.Clock.Real), newTasks(cfg.Ending, cfg.Clock.Real)
	if c.Patience > 0 {
		go c.watched.warm()
	}
	c.importing, c.doors = newImporting(c), newAPIDoors(cfg.Clock.Real)
	return c.guard(c.routes()), nil
}

// most is how long a screen waits for what is soon there: until it is there where patience
// has no end.
func (c *console) most(wait time.Duration) time.Duration {
	if c.Patience == 0 {
		return time.Minute
	}
	return wait
}

// visit is one request by somebody, who may be nobody.
type visit struct {
	*console
	w       http.ResponseWriter
	r       *http.Request
	ctx     context.Context //nolint:containedctx // a visit is one request
	account staff.Account   // of who is signed in; who is halfway is nobody yet
	session staff.Session
	secret  string             // of the session
	said    *survey.Attributes // of the office's own columns, once they were read
}

// lang is the language of the visitor: their own, or what the browser asks for.
func (v *visit) lang() survey.Lang {
	if v.session.ID != 0 {
		return v.session.Account.Lang.Or(survey.Vietnamese)
	}
	if c, err := v.r.Cookie(cookieLang); err == nil {
		return survey.Lang(c.Value).Or(survey.Vietnamese)
	}
	return survey.Vietnamese
}

// now is business time on the office's wall clock.
func (v *visit) now() time.Time { return v.Clock.Now().In(v.Zone) }

// shell is what the screen shares with all others; at names the door of the rail that
// it is behind.
func (v *visit) shell(at string) templates.Shell {
	s := templates.Shell{Lang: string(v.lang()), Here: v.r.URL.Path, Now: v.now(), User: v.account.Name, Role: string(v.account.Role), Told: v.told()}
	if o, ok, err := v.Store.Office(v.ctx); err == nil && ok {
		s.Office = o.Short[v.lang()]
	}
	if v.account.ID == 0 {
		return s
	}
	for _, d := range doors() {
		if v.account.Role.May(d.right) && v.opens(d) {
			item := templates.NavItem{Key: d.key, Href: d.href, Current: d.key == at}
			if d.key == "inbox" {
				item.Count = v.inboxDue()
				item.Due = item.Count > 0
			}
			s.Nav = append(s.Nav, item)
		}
	}
	return s
}

// words is what an error says, in the visitor's language.
func (v *visit) words(err error) string {
	var e *survey.Error
	if errors.As(err, &e) && e.Kind != survey.Internal {
		if words, ok := templates.Words(string(e.Code), string(v.lang()), v.argsOf(e)); ok {
			return words
		}
	}
	return v.Templates.Sentence(string(v.lang()), "refusal.fault")
}
