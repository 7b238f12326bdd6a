# make demo    a whole survey on real parts, on this machine alone (ONCE=1: ends by itself)
# make test    everything: unit, real PostgreSQL, real Redis, browser, stories, fuzz seeds
# make check   the quick part of it, for the inner loop
# make race    make test with the race detector
# make fuzz-short, make fuzz   every fuzz target for ten seconds, for ten minutes
#              (make test runs their seeds: what fuzzing finds anew must not turn CI red by chance)
# make bench   Go benchmarks

SHELL := /bin/bash
GO    ?= go
FUZZTIME ?= 10s

.PHONY: demo build test race check lint fuzz fuzz-short bench

build:
	@mkdir -p bin
	$(GO) build -trimpath -o bin/canvass ./cmd/canvass

demo:
	@.ci/need postgres
	@$(MAKE) --no-print-directory build
	@bin/canvass demo $(if $(ONCE),--once) $(DEMOFLAGS)

test:
	@.ci/need postgres redis chromium
	@$(MAKE) --no-print-directory lint
	CANVASS_TEST_BROWSER=require $(GO) test $(TESTFLAGS) -timeout 30m ./...

race:
	$(MAKE) test TESTFLAGS=-race

check:
	$(GO) vet ./...
	$(GO) test -short ./cmd/canvass/datadir/... ./dispatch/... ./templates/... ./worker/channel ./worker/ingest

lint:
	@unformatted=$$(gofmt -l cmd dispatch migrations templates worker); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# Every fuzz target of every package, one after another.
fuzz-short:
	@FUZZTIME=$(FUZZTIME) .ci/fuzz

fuzz:
	@FUZZTIME=10m .ci/fuzz

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...
