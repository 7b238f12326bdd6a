package main

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/console"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/ingest"
)

// firstCount is how long who looks at a campaign waits until it is counted for the first time.
const firstCount = 300 * time.Millisecond

// console makes the staff pages of `up` and `serve`; nil for another process. first is
// the link that makes the first account, as long as there is none.
func (h *house) console(ctx context.Context, r role, ln net.Listener) (pages http.Handler, first string, err error) {
	if !r.public || !r.staff {
		return nil, "", nil
	}
	office, ok := survey.Zone(zone)
	if !ok {
		office = time.UTC
	}
	base := h.staffURL(urlOf(ln))
	answers, err := h.db.OpenStaff(ctx, h.databaseURL)
	if err != nil {
		return nil, "", err
	}
	h.closing(func() { _ = answers.Close() })
	pages, err = console.New(console.Config{Store: h.db, Answers: answers, Templates: h.pages, Clock: h.clock, URL: base, Zone: office, Logger: h.log, Ending: ctx.Done(),
		Assign: func(ctx context.Context, o view.Assignment) error {
			return h.ingest.Assign(ctx, ingest.AssignStore(h.db), o)
		},
		Public: h.public, Try: h.tries(), OfficeFixed: len(h.cfg.Office.Name) > 0,
		Patience: firstCount, Keys: h.keys, Forecast: func(ctx context.Context) (dispatch.ForecastRequest, error) {
			return h.forecastRequest(ctx, "", time.Time{})
		}})
	if err != nil || r.name != "up" {
		return pages, "", err
	}
	secret, err := dispatch.FirstAdministrator(ctx, h.db, h.clock.Real())
	if err != nil || secret == "" {
		return pages, "", err
	}
	return pages, base + "/join/" + secret, nil
}

// tries sends a word by one of our senders, as a worker would.
func (h *house) tries() console.Trial {
	w := h.worker()
	return func(ctx context.Context, s survey.Sender, to string, lang survey.Lang) (string, bool) {
		t := w.Ping(ctx, s, to, lang)
		return t.Code, t.Sent
	}
}

// staffURL is what is set, else where the staff pages listen: here, or in the running
// `up`.
func (e *engine) staffURL(here string) string {
	switch {
	case e.cfg.StaffURL != "":
		return e.cfg.StaffURL
	case here != "":
		return here
	case e.upStaff != "":
		return e.upStaff
	}
	return "http://" + e.cfg.StaffAddr
}

// staffURL checks how staff reach their pages: by https, or on this machine.
func (s *settings) staffURL(c Config) {
	if c.StaffURL == "" {
		return
	}
	u, err := url.Parse(c.StaffURL)
	if err != nil || u.Host == "" || u.Path != "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		s.fault("CANVASS_STAFF_URL", "phải là https://máy, hoặc http:// trên chính máy này", "must be https://host, or http:// on this very machine")
	}
}
