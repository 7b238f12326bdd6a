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
	pages, err = console.New(console.Config{Store: h.db, Templates: h.pages, Clock: h.clock, URL: base, Zone: office, Logger: h.log, Ending: ctx.Done(),
		Keys: h.keys, Assign: func(ctx context.Context, o view.Assignment) error {
			return h.ingest.Assign(ctx, ingest.AssignStore(h.db), o)
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
