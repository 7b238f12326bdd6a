package main

import (
	"net/http"

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
	return intake.New(cfg)
}
