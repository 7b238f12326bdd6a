package focal

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/throttle"
	"canvass/templates"
)

// Store is what the pages need of the database.
type Store interface {
	dispatch.FocalStore
	Office(ctx context.Context) (survey.Office, bool, error)
}

// Config is what the pages are made of. All of it is needed.
type Config struct {
	Store     Store
	Templates *templates.Set
	Clock     survey.Clock
	Zone      *time.Location // of the office
	Logger    *slog.Logger
}

// Root is where the pages are, on the public listener.
const Root = "/d/"

const (
	maxForm = 16 << 10 // bytes of a post
	perPage = 50       // people

	strangerBurst, strangerPace, strangerMost = 20, 3 * time.Second, 4096 // unknown links from one place
	postBurst, postPace, postMost             = 60, 5 * time.Second, 4096 // posts by one link
)

// desk answers requests.
type desk struct {
	Config
	strangers *throttle.Throttle[netip.Prefix]
	posts     *throttle.Throttle[int64]
}

// New returns the pages as one handler. Its server sets the timeouts.
func New(cfg Config) (http.Handler, error) {
	if cfg.Store == nil || cfg.Templates == nil || cfg.Zone == nil || cfg.Logger == nil {
		return nil, &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: errors.New("focal: a part is missing")}
	}
	d := &desk{Config: cfg,
		strangers: throttle.New[netip.Prefix](cfg.Clock.Real, throttle.Bound{Burst: strangerBurst, Pace: strangerPace, Most: strangerMost}),
		posts:     throttle.New[int64](cfg.Clock.Real, throttle.Bound{Burst: postBurst, Pace: postPace, Most: postMost})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Root+"{secret}", d.behind((*visit).list))
	mux.HandleFunc("GET "+Root+"{secret}/{id}", d.behind((*visit).person))
	mux.HandleFunc("POST "+Root+"{secret}/{id}", d.behind((*visit).propose))
	return d.guard(mux), nil
}

// guard says what a browser may do with the pages, and refuses posts of other pages.
func (d *desk) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				d.Logger.ErrorContext(r.Context(), "a handler panicked", "route", r.Pattern)
				http.Error(w, "500", http.StatusInternalServerError)
			}
		}()
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		cross.Handler(next).ServeHTTP(w, r)
	})
}

// visit is one request by the focal person of a unit.
type visit struct {
	*desk
	w     http.ResponseWriter
	r     *http.Request
	who   view.Focal
	units []string // codes: the unit and its parts
	name  string   // of the unit
}

// behind finds out whose link it is.
func (d *desk) behind(do func(*visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{desk: d, w: w, r: r}
		who, ok, err := d.Store.FocalOfLink(r.Context(), staff.HashSecret(r.PathValue("secret")), d.Clock.Real())
		switch {
		case err != nil:
			v.fail(err)
			return
		case !ok && !d.strangers.Take(throttle.PlaceOf(r.RemoteAddr)):
			w.Header().Set("Retry-After", "60")
			http.Error(w, "429", http.StatusTooManyRequests)
			return
		case !ok:
			v.fail(notFound())
			return
		}
		t, err := d.Store.Territory(r.Context())
		if err != nil {
			v.fail(err)
			return
		}
		v.who, v.name = who, dispatch.UnitName(t, who.Unit)
		if v.units, err = dispatch.FocalUnits(r.Context(), d.Store, who.Unit); err != nil { // the unit is no more
			v.fail(notFound())
			return
		}
		do(v)
	}
}

func notFound() error { return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound} }

// lang is what the browser asks for.
func (v *visit) lang() survey.Lang {
	if first, _, _ := strings.Cut(v.r.Header.Get("Accept-Language"), ","); strings.HasPrefix(strings.ToLower(strings.TrimSpace(first)), "en") {
		return survey.English
	}
	return survey.Vietnamese
}

// shell is what the pages share; nobody is signed in, and there is no rail.
func (v *visit) shell() templates.Shell {
	s := templates.Shell{Lang: string(v.lang()), Here: Root, Now: v.Clock.Now().In(v.Zone)}
	if o, ok, err := v.Store.Office(v.r.Context()); err == nil && ok {
		s.Office = o.Short[v.lang()]
	}
	return s
}

func (v *visit) show(status int, s templates.Screen) {
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	if err := v.Templates.WriteScreen(v.w, s); err != nil {
		v.Logger.ErrorContext(v.r.Context(), "a page cannot be written", "route", v.r.Pattern, "error", err.Error())
	}
}

// fail says that there is no such page, or not now. The address is never logged: it is
// the secret.
func (v *visit) fail(err error) {
	status := http.StatusServiceUnavailable
	switch survey.KindOf(err) {
	case survey.NotFound:
		status = http.StatusNotFound
	case survey.Internal:
		status = http.StatusInternalServerError
		v.Logger.ErrorContext(v.r.Context(), "a page failed", "route", v.r.Pattern, "code", survey.CodeOf(err))
	}
	v.show(status, templates.FocalGone{Shell: v.shell(), None: status == http.StatusNotFound})
}

func (v *visit) self() string { return Root + v.r.PathValue("secret") }

// list shows the people of the unit, a page at a time.
func (v *visit) list() {
	after, _ := strconv.ParseInt(v.r.FormValue("after"), 10, 64)
	people, err := v.Store.UnitContacts(v.r.Context(), v.units, survey.ContactID(max(after, 0)), perPage+1)
	if err != nil {
		v.fail(err)
		return
	}
	waiting, err := v.Store.FocalChanges(v.r.Context(), v.who.ID, 0, 500)
	if err != nil {
		v.fail(err)
		return
	}
	page := templates.FocalList{Shell: v.shell(), Self: v.self(), Name: v.who.Name, Unit: v.name, Until: v.who.Until.In(v.Zone), After: after}
	if len(people) > perPage {
		people = people[:perPage]
		page.Next = int64(people[perPage-1].ID)
	}
	of := map[survey.ContactID]view.FocalKind{}
	for _, c := range waiting {
		if c.Kind == view.FocalNew {
			page.New = append(page.New, c.After.Name)
		} else {
			of[c.Contact] = c.Kind
		}
	}
	page.Waiting = len(waiting)
	for _, p := range people {
		f := dispatch.FieldsOf(p)
		page.People = append(page.People, templates.FocalLine{ID: int64(p.ID), Name: f.Name, Phone: f.Phone, Mail: f.Mail, Position: f.Position, Dead: p.Dead > 0, Waits: string(of[p.ID])})
	}
	if done := v.r.FormValue("done"); done == "sent" || done == "same" {
		page.Told = "focal.done." + done
	}
	v.show(http.StatusOK, page)
}

// contact is the person of the address, who must be of the unit; nobody for "new".
func (v *visit) contact() (view.UnitContact, error) {
	text := v.r.PathValue("id")
	if text == "new" {
		return view.UnitContact{}, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return view.UnitContact{}, notFound()
	}
	return v.Store.UnitContact(v.r.Context(), v.units, survey.ContactID(id))
}

func (v *visit) personPage(p view.UnitContact, f view.FocalFields) templates.FocalPerson {
	return templates.FocalPerson{Shell: v.shell(), Self: v.self(), Unit: v.name, ID: int64(p.ID), Name: f.Name, Phone: f.Phone, Mail: f.Mail, Position: f.Position, Wrong: map[string]string{}}
}

// person shows what the list has of one person, to be corrected.
func (v *visit) person() {
	p, err := v.contact()
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, v.personPage(p, dispatch.FieldsOf(p)))
}

// propose keeps what was written, for staff to decide.
func (v *visit) propose() {
	p, err := v.contact()
	if err != nil {
		v.fail(err)
		return
	}
	form := v.r.PostFormValue
	typed := view.FocalFields{Name: form("name"), Phone: form("phone"), Mail: form("mail"), Position: form("position")}
	c := view.FocalChange{Focal: v.who.ID, Contact: p.ID, Kind: view.FocalCorrect, At: v.Clock.Real()}
	page := v.personPage(p, typed)
	switch {
	case !v.posts.Take(v.who.ID):
		v.w.Header().Set("Retry-After", "60")
		page.Wrong["all"] = v.Templates.Sentence(string(v.lang()), "focal.wrong.often")
		v.show(http.StatusTooManyRequests, page)
		return
	case p.ID == 0:
		c.Kind = view.FocalNew
	case form("do") == "left":
		c.Kind = view.FocalLeft
	}
	if c.Kind != view.FocalLeft {
		clean, wrong := dispatch.CheckFocal(typed)
		for _, f := range wrong {
			page.Wrong[f.Field] = v.words(f.Err)
		}
		if c.Kind == view.FocalNew && clean.Phone == "" && clean.Mail == "" && len(wrong) == 0 {
			page.Wrong["phone"] = v.Templates.Sentence(string(v.lang()), "focal.wrong.address")
		}
		if len(page.Wrong) > 0 {
			v.show(http.StatusUnprocessableEntity, page)
			return
		}
		c.After = clean
	}
	sent, err := dispatch.ProposeFocal(v.r.Context(), v.Store, v.units, c)
	if survey.KindOf(err) == survey.Conflict && err != nil {
		page.Wrong["all"] = v.words(err)
		v.show(http.StatusUnprocessableEntity, page)
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	done := "same"
	if sent {
		done = "sent"
	}
	http.Redirect(v.w, v.r, v.self()+"?done="+done, http.StatusSeeOther)
}

func (v *visit) words(err error) string {
	var e *survey.Error
	if errors.As(err, &e) {
		if words, ok := templates.Words(string(e.Code), string(v.lang()), e.Args); ok {
			return words
		}
	}
	return v.Templates.Sentence(string(v.lang()), "focal.wrong.some")
}
