package main

import (
	"net/http"

	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/intake"
)

// publicPages are the respondents' pages and, with an account, the provider's
// hooks.
func (h *house) publicPages() (http.Handler, error) {
	cfg := intake.Config{Store: h.db, Ingest: h.ingest, Words: h.words, Templates: h.pages, Clock: h.clock,
		PublicURL: h.public, Logger: h.log}
	if h.phone != nil {
		cfg.Receiver, cfg.Speaker = h.phone, h.phone
	}
	if h.sim != nil {
		cfg.Hooks = map[string]channel.Hook{android.ProviderName: h.sim}
	}
	return intake.New(cfg)
}
