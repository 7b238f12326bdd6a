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
	"canvass/templates"
)

// Store is what the console needs of the database.
type Store interface {
	dispatch.StaffStore
	dispatch.MoveStore
	dispatch.StatusStore
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
	// Ending is closed when the process is asked to stop; who watches is let go then.
	Ending <-chan struct{}
	Logger *slog.Logger
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
	guesses  *throttle.Throttle[netip.Prefix]
	looking  chan struct{} // a place for each password that is looked at
	watched  *watched
	outlines outlines
}

// New returns the console as one handler. Its server sets the timeouts.
func New(cfg Config) (http.Handler, error) {
	if cfg.Store == nil || cfg.Templates == nil || cfg.Zone == nil || cfg.Logger == nil {
		return nil, &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: errors.New("console: a part is missing")}
	}
	c := &console{Config: cfg, looking: make(chan struct{}, mostGuesses),
		guesses: throttle.New[netip.Prefix](cfg.Clock.Real, throttle.Bound{Burst: guessBurst, Pace: guessPace, Most: guessPlaces})}
	c.watched = newWatched(c)
	return c.guard(c.routes()), nil
}

// visit is one request by somebody, who may be nobody.
type visit struct {
	*console
	w       http.ResponseWriter
	r       *http.Request
	ctx     context.Context //nolint:containedctx // a visit is one request
	account staff.Account
	secret  string // of the session
}

// lang is the language of the visitor: their own, or what the browser asks for.
func (v *visit) lang() survey.Lang {
	if v.account.ID != 0 {
		return v.account.Lang.Or(survey.Vietnamese)
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
		if v.account.Role.May(d.right) {
			s.Nav = append(s.Nav, templates.NavItem{Key: d.key, Href: d.href, Current: d.key == at})
		}
	}
	return s
}

// words is what an error says, in the visitor's language.
func (v *visit) words(err error) string {
	var e *survey.Error
	if errors.As(err, &e) && e.Kind != survey.Internal {
		if words, ok := templates.Words(string(e.Code), string(v.lang()), e.Args); ok {
			return words
		}
	}
	return v.Templates.Sentence(string(v.lang()), "refusal.fault")
}
