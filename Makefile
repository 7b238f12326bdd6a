# make demo    a whole survey on real parts, on this machine alone (ONCE=1: ends by itself)
# make test    everything: unit, real PostgreSQL, real Redis, browser, stories, fuzz seeds
# make check   the quick part of it, for the inner loop
# make race    make test with the race detector
# make fuzz-short, make fuzz   every fuzz target for ten seconds, for ten minutes
#              (make test runs their seeds: what fuzzing finds anew must not turn CI red by chance)
# make drill   processes killed, Redis and PostgreSQL lost, callbacks thrice, clocks that jump,
#              on 20,000 people and 30 kills (LONG=1: 500 kills); make test runs a short set
# make bench   how fast against the limit of this machine, in the same run (at most five minutes)
# make microbench   Go benchmarks
# make look    a picture of every staff screen at three widths, light and dark, under bin/look

SHELL := /bin/bash
GO    ?= go
FUZZTIME ?= 10s

.PHONY: demo build test race check lint drill fuzz fuzz-short bench microbench look

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
	CANVASS_TEST_BROWSER=require $(GO) test $(TESTFLAGS) -timeout 30m $$($(GO) list ./... | grep -v /cmd/drill)
	$(GO) test $(TESTFLAGS) -timeout 30m ./cmd/drill

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

drill:
	@.ci/need postgres redis
	CANVASS_DRILL=$(if $(LONG),long,full) $(GO) test ./cmd/drill -count=1 -v -timeout $(if $(LONG),12h,3h) $(DRILLFLAGS)

bench: build
	@.ci/need postgres redis
	@$(GO) build -trimpath -o bin/bench ./cmd/bench
	@bin/bench $(BENCHFLAGS)

microbench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

look:
	@.ci/need postgres chromium
	@mkdir -p bin/look
	CANVASS_TEST_BROWSER=require $(GO) test ./dispatch/console -run 'Accessible' -count=1 -artifacts -outputdir $(CURDIR)/bin/look
