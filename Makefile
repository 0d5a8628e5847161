# Boligklar: make run starts it, make test checks it. make help lists the rest.
# GNU make 4.3 or newer, Go and a POSIX shell; tools/need sees to everything else.

SHELL         := /bin/bash
.SHELLFLAGS   := -eu -o pipefail -c
MAKEFLAGS     += --no-print-directory
.DEFAULT_GOAL := help

GO       ?= go
DATA     ?= boligklar-data
FUZZTIME ?= 30s
BENCH    ?= .
SHAPE    ?= .

# The race detector watches memory that Go gave out. SQLite and its C library are
# C made into Go that has memory of its own, so watching them finds nothing and
# takes more time than everything else (docs/decisions/0012).
unwatched := modernc.org/sqlite/lib modernc.org/libc modernc.org/memory
race      := -race $(unwatched:%=-gcflags=%=-race=false)

# nomsgpack: gin without MessagePack, which nobody here speaks and which takes
# longer to compile than all the rest of gin. Versions are stamped into the
# program where git can tell them; a checkout that git does not trust (another
# owner, no .git) builds without.
export GOFLAGS := $(strip $(GOFLAGS) -tags=nomsgpack \
	$(if $(shell git rev-parse -q --verify HEAD >/dev/null 2>&1 && echo yes),,-buildvcs=false))

# as_tested builds with the flags of make test, so that nothing is compiled twice.
as_tested := GOFLAGS='$(GOFLAGS) $(race)'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: build ## Build and start on http://127.0.0.1:8080, with demo data in DATA where it is empty
	@if [ -z "$$(ls -A '$(DATA)' 2>/dev/null)" ]; then \
		echo "Filling $(DATA) with a demo municipality ..."; \
		rm -rf '$(DATA).new'; \
		bin/boligklar demo --data '$(DATA).new'; \
		if [ -d '$(DATA)' ]; then rmdir '$(DATA)'; fi; \
		mv '$(DATA).new' '$(DATA)'; \
	fi
	@exec bin/boligklar serve --data '$(DATA)'

.PHONY: build
build: need-go assets-if-possible ## Build bin/boligklar
	@$(GO) build -o bin/boligklar ./cmd/boligklar

# The longest packages begin first, so that none is left over at the end. What vet
# sees, make lint says.
.PHONY: test
test: need-go assets-if-possible ## Run every test with the race detector on
	@tools/need cc chrome browsertest
	$(GO) test $(race) -vet=off -shuffle=on -timeout=12m ./cmd/boligklar ./web/staff ./web/browsertest ./...

.PHONY: screens
screens: need-go assets-if-possible ## Write a picture of every page at both widths into screens/
	@tools/need chrome browsertest
	@mkdir -p screens
	BOLIGKLAR_SCREENS='$(CURDIR)/screens' $(GO) test -count=1 -timeout=20m -run='^TestScreens$$' ./web/browsertest

.PHONY: pictures
pictures: need-go assets ## Take the README's pictures anew into docs/pictures/
	@tools/need chrome browsertest
	@mkdir -p docs/pictures
	BOLIGKLAR_README='$(CURDIR)/docs/pictures' $(GO) test -count=1 -timeout=10m -run='^TestReadme$$' ./web/browsertest

.PHONY: lint
lint: need-go ## gofmt, go vet, staticcheck, errcheck
	@tools/need cc
	@unformatted=$$(find . \( -name node_modules -o -name .git \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -l); \
	if [ -n "$$unformatted" ]; then printf 'gofmt would change:\n%s\n' "$$unformatted" >&2; exit 1; fi
	@mkdir -p bin/tools && $(GO) build -C tools -buildvcs=false -o ../bin/tools/ tool
	$(as_tested) $(GO) vet ./...
	$(as_tested) bin/tools/staticcheck ./...
	$(as_tested) bin/tools/errcheck -exclude tools/errcheck.txt ./...

.PHONY: assets
assets: ## Fetch the npm assets into web/static/vendor, if they are not up to date
	@tools/need web
	@tools/assets

# The program runs and its tests pass without the assets, so a machine without
# Node, or without a network, still gets both.
.PHONY: assets-if-possible
assets-if-possible:
	@tools/need web
	@tools/assets || echo "Going on without fresh assets." >&2

.PHONY: torture
torture: need-go ## The long rounds: damaged files, killed processes and servers, transactions run twice
	BOLIGKLAR_TORTURE=1 $(GO) test -count=1 -timeout=90m ./...
	BOLIGKLAR_TEST_TWICE=1 $(GO) test -count=1 -timeout=30m ./internal/... ./web/staff ./web/intake

.PHONY: bench
bench: need-go ## Run the benchmarks (BENCH=regexp chooses)
	$(GO) test -run='^$$' -bench='$(BENCH)' -benchmem -timeout=60m ./...

.PHONY: bench-matching
bench-matching: need-go ## Run the benchmarks of the matching engine, without SciPy and growth
	$(GO) test -run='^$$' -bench='^Benchmark(Match|MatchSamples|MatchAll|MatchListing|Snapshot|EvaluateTown)$$' -benchmem -benchtime=2s ./matching
	$(GO) test -run='^$$' -bench='^Benchmark(AgainstSQL|Follower)$$' -benchtime=2s ./internal/office
	$(GO) test -run='^$$' -bench='^BenchmarkSolve' -benchtime=1x ./matching/assign

.PHONY: bench-scipy
bench-scipy: need-go ## Compare the assignment with SciPy on the same graphs (python3-scipy; SHAPE=regexp chooses)
	$(GO) test -run='^$$' -bench='^BenchmarkSciPy$$/$(SHAPE)' -benchtime=1x -timeout=60m ./matching/assign

.PHONY: bench-growth
bench-growth: need-go ## Measure matching up to a million households and draw docs/growth.svg
	BOLIGKLAR_GROWTH=$(CURDIR)/docs/growth.svg $(GO) test -run='^$$' -bench='^BenchmarkGrowth$$' -benchtime=1x -timeout=60m ./matching

.PHONY: fuzz
fuzz: need-go ## Run each fuzz target for FUZZTIME (30s)
	@grep -rlE --include='*_test.go' --exclude-dir=node_modules '^func Fuzz' . | sort | while IFS= read -r file; do \
		for target in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*).*/\1/p' "$$file"); do \
			echo "$$target in $$(dirname "$$file")"; \
			$(GO) test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) "$$(dirname "$$file")" </dev/null; \
		done; \
	done

.PHONY: clean
clean: ## Remove what was built and fetched, never data
	rm -rf bin node_modules web/static/vendor web/browsertest/node_modules screens

.PHONY: need-go
need-go:
	@tools/need go
