package main

import (
	"net/http"
	"time"

	"canvass/dispatch/focal"
	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/intake"
)

// publicPages are the respondents' pages, those of the focal persons of units and, with
// an account, the provider's hooks.
func (h *house) publicPages() (http.Handler, error) {
	cfg := intake.Config{Store: h.db, Ingest: h.ingest, Words: h.words, Templates: h.pages, Clock: h.clock,
		PublicURL: h.public, Logger: h.log}
	if h.phone != nil {
		cfg.Receiver, cfg.Speaker = h.phone, h.phone
	}
	if h.sim != nil {
		cfg.Hooks = map[string]channel.Hook{android.ProviderName: h.sim}
	}
	form, err := intake.New(cfg)
	if err != nil {
		return nil, err
	}
	office, ok := survey.Zone(zone)
	if !ok {
		office = time.UTC
	}
	unit, err := focal.New(focal.Config{Store: h.db, Templates: h.pages, Clock: h.clock, Zone: office, Logger: h.log})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", form)
	mux.Handle(focal.Root, unit)
	return mux, nil
}
