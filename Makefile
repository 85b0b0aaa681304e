# Everything that is done with the project, by name.

GO ?= go

# The race detector needs cgo, and cgo a C compiler. In CI it may not be missing.
ifeq ($(shell $(GO) env CGO_ENABLED),1)
RACE := -race
else ifeq ($(CI),true)
$(error CI runs the tests with the race detector, which needs a C compiler)
endif

.PHONY: demo test soak fuzz cover lint lint-all bench benchmarks corpus coverage generate console-assets screenshots build release cross missing

# Runs the main job on a fresh clone: a server, a user pool, an import.
demo:
	$(GO) run ./cmd/poolhouse demo

# The whole suite: the packages with the race detector; the tests that it only makes
# slow, without it; what is SQLite's, without cgo (the pure-Go driver); and then, alone
# on the machine, e2e with the program as it is shipped. What runs on PostgreSQL, and
# the suite on a newer schema, is the same with and without cgo. Lint has vetted all of
# it. The time limits end a test that hangs; they are no budget, and are far above what
# a slow machine needs.
TESTED = $(GO) test -vet=off -timeout 30m

test: lint missing
ifeq ($(RACE),)
	$(TESTED) $$($(GO) list ./... | grep -v '/e2e$$')
else
	$(TESTED) $(RACE) -skip '$(SLOW)' $$($(GO) list ./... | grep -v '/e2e$$')
	$(TESTED) -run '$(SLOW)' $(SLOW_PACKAGES)
endif
	CGO_ENABLED=0 $(GO) test -timeout 30m -skip '^TestPostgres|^TestRollingUpgrade$$|/^postgres$$' ./internal/sqlstore/...
	$(TESTED) ./e2e

# The tests that compute much and race with nothing, which the race detector makes six
# to twenty times slower: parts of them, where others run with it. A test of the
# repository checks that make test loses none.
SLOW_TESTS := TestConsole/postgres TestImportPostgres TestList/postgres TestRows/postgres TestSignIn/postgres \
	TestCheckInConstantMemory TestResultsInConstantMemory TestHarmfulTexts/([3-9]|..) TestDrawnFiles TestBomb \
	TestWorldGoesOn TestFindsWhatIsBroken TestReaches TestResultsOfManyRows TestAuditBytes TestCopyEquals \
	TestDeletedIsErased TestPostgresPlans TestRollingUpgrade TestTransactionsGrow TestDamage TestFoundFiles \
	TestWorldColumns TestWorldPositions
SLOW_PACKAGES := ./internal/bench ./internal/cli ./internal/console ./internal/corpus ./internal/filetext \
	./internal/importjob ./internal/importjob/propertytest ./internal/service/poolhouse \
	./internal/sqlstore ./internal/usercsv
SLOW = $(subst $(space),|,$(subst /,$$/^,$(SLOW_TESTS:%=^%$$)))
space := $(subst ,, )

# The long tests of "nothing is lost", on both stores: KILLS times kill -9 in
# an import of 200,000 rows, KILLS times among clients that write, imports that are
# stopped and resumed, a million drawn rows checked and imported, a retry of 10,000
# corrected rows of 100,000, what can go
# wrong between several servers, SOAK_FOR under load, looking for leaks, and what bounds
# a server under attack, whose numbers are printed.
# Then all of e2e with the race detector in its programs.
KILLS ?= 100
SOAK_FOR ?= 10m

soak: missing
	@echo "On SQLite, then on PostgreSQL: kill -9 of a server, $(KILLS) times in imports of 200,000 rows (minutes for each 100: 1 and 3)"
	@echo "and $(KILLS) times among clients that write (1 and 2); then a server under load, looking for leaks ($(SOAK_FOR) for both);"
	@echo "then 10,000 exchanges of SRP with a client of others, and 4,000 users with hashes of other programs (minutes: 30)."
	@echo "Shorter: make soak KILLS=20 SOAK_FOR=2m"
	$(GO) test -v -count=1 -timeout 0 ./e2e -run '^(TestKilledServerGoesOn|TestStoppedImportsGoOn|TestVerdictsOfCheckAndRun|TestRetryEqualsTheCorrectedFile|TestAnsweredWritesAreKept|TestFaults|TestLeaksAreSeen|TestSoak|TestCrowd|TestRefusedCalls|TestFewDescriptors|TestExchanges|TestHashesOfOtherPrograms)$$' \
		-soak -kills $(KILLS) -soak-for $(SOAK_FOR)
	$(GO) test -race -count=1 -timeout 1h ./e2e -build race

# Every parser of what comes from outside, with inputs that are made up: each target
# FUZZ_FOR, one after the other, about 80 minutes in all. A table says how many inputs
# were tried; one that fails is kept in testdata/fuzz, and the target fails. Their
# seeds are ordinary tests, too. FUZZ_ONLY chooses targets by a regular expression.
FUZZ_FOR ?= 1m
FUZZ_ONLY ?=

fuzz:
	GO="$(GO)" $(GO) run ./internal/fuzz -for $(FUZZ_FOR) -only '$(FUZZ_ONLY)'

# What the tests run of the source: each package's own, and the programs that
# e2e starts. coverage.out has it line by line (go tool cover -html=coverage.out).
cover: missing
	@set -e; counted=$$(mktemp -d); trap 'rm -r "$$counted"' EXIT; mkdir "$$counted/packages" "$$counted/e2e"; set -x; \
	$(GO) test -count=1 -timeout 20m -cover -coverpkg=poolhouse/cmd/...,poolhouse/internal/... $$($(GO) list ./... | grep -v '/e2e$$') -args -test.gocoverdir="$$counted/packages"; \
	GOCOVERDIR="$$counted/e2e" $(GO) test -count=1 -timeout 20m ./e2e -build cover; \
	$(GO) tool covdata textfmt -i="$$counted/packages,$$counted/e2e" -o coverage.out; \
	$(GO) tool cover -func=coverage.out | tail -n 1

# Says what will be skipped. In CI a missing program fails its tests.
missing:
	@for tool in aws chromium curl ip node npm psql python3 sqlite3 systemd-analyze; do command -v $$tool >/dev/null || \
		echo "SKIPPED: the tests that need $$tool, which is not installed"; done
	@for proxy in caddy haproxy nginx; do command -v $$proxy >/dev/null || test -x /usr/sbin/$$proxy || \
		echo "SKIPPED: the test that needs the proxy $$proxy, which is not installed"; done
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
		echo "SKIPPED: the tests that need PostgreSQL, which is not installed"
	@command -v terraform >/dev/null && for dir in "$$POOLHOUSE_TERRAFORM_MIRROR" "$$TF_PLUGIN_CACHE_DIR" \
		$$(sed -nE 's/^ *(path|plugin_cache_dir) *= *"(.*)".*/\2/p' "$${TF_CLI_CONFIG_FILE:-$$HOME/.terraformrc}" 2>/dev/null) \
		$$HOME/.terraform.d/plugins $$HOME/.local/share/terraform/plugins /usr/local/share/terraform/plugins /usr/share/terraform/plugins; \
		do test -d "$$dir/registry.terraform.io/hashicorp/aws" && exit 0; done; \
		echo "SKIPPED, also in CI: the test of Terraform, which needs terraform and its AWS provider (POOLHOUSE_TERRAFORM_MIRROR may name where that is)"
	@test "$$(id -u)" = 0 || echo "SKIPPED: the tests that need root, to make a network namespace or mount a small disk"
	@test -n "$(RACE)" || echo "SKIPPED: the race detector, which needs a C compiler"

lint:
	@unformatted=$$(gofmt -l cmd internal e2e); \
	if [ -n "$$unformatted" ]; then echo "gofmt: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# make lint, and golangci-lint with the rules in .golangci.yml. Its first run compiles
# golangci-lint, which takes minutes; tools/golangci-lint/go.mod pins the version.
LINT_ONLY ?= ./...

lint-all: lint
	$(GO) tool -modfile=tools/golangci-lint/go.mod golangci-lint run $(LINT_ONLY)

# What this machine makes of imports, files as programs write them, checks, result files, calls, lists and pages of the console, each
# beside what it is held against (docs/benchmarks.md). `make benchmarks` writes the
# tables of that page at full size, with the long series, and takes hours.
BENCH_IMPORT ?= --rows 200000
BENCH_CSV ?= --rows 200000
BENCH_ROWS ?= --rows 200000
BENCH_API ?=
BENCH_LIST ?= --rows 200000
BENCH_CONSOLE ?= --rows 200000
BENCH_SIGNIN ?= --calls 500
BENCH_ATTACK ?= --rows 50000 --period 5s

bench:
	@set -e; builds=$$(mktemp -d); trap 'rm -r "$$builds"' EXIT; set -x; \
	$(GO) build -o "$$builds" ./cmd/poolhouse ./cmd/poolhouse-bench; \
	CGO_ENABLED=0 $(GO) build -o "$$builds/poolhouse-pure-go" ./cmd/poolhouse; \
	"$$builds/poolhouse-bench" import --beside "$$builds/poolhouse-pure-go" $(BENCH_IMPORT); \
	"$$builds/poolhouse-bench" csv $(BENCH_CSV); \
	"$$builds/poolhouse-bench" rows $(BENCH_ROWS); \
	"$$builds/poolhouse-bench" api $(BENCH_API); \
	"$$builds/poolhouse-bench" list $(BENCH_LIST); \
	"$$builds/poolhouse-bench" console $(BENCH_CONSOLE); \
	"$$builds/poolhouse-bench" signin $(BENCH_SIGNIN); \
	"$$builds/poolhouse-bench" attack $(BENCH_ATTACK)

BENCH_PAGE := --markdown docs/benchmarks.md

benchmarks:
	$(MAKE) bench BENCH_IMPORT='$(BENCH_PAGE) --growth --deleted 1000000' BENCH_CSV='$(BENCH_PAGE)' BENCH_ROWS='$(BENCH_PAGE)' BENCH_API='$(BENCH_PAGE) --on sqlite,postgres' BENCH_LIST='$(BENCH_PAGE)' BENCH_CONSOLE='$(BENCH_PAGE)' BENCH_SIGNIN='$(BENCH_PAGE)' BENCH_ATTACK='$(BENCH_PAGE)'

# What the reader of imports, DuckDB's and Papa Parse's make of a table of users that many
# programs wrote. CORPUS names folders of other CSV files, separated by commas. Each of
# their rows must get a verdict; docs/import-formats.md says which there are.
CORPUS ?=

corpus:
	$(GO) run ./internal/corpus -public '$(CORPUS)'

# docs/coverage.md: which operations are served.
coverage:
	$(GO) test ./internal/service -run TestCoverage -update

# The APIs' types, from the models in one folder. Without MODELS, pip brings the newest
# botocore into a folder that is removed again; BOTOCORE=botocore==1.44.5 chooses a
# release. With MODELS=FOLDER the folder is botocore/data of an installed boto3, or one
# with a model for each service (findModel in internal/api/gen has the names). CONTRIBUTING.md
# says from which models the committed code was made.
MODELS ?=
BOTOCORE ?= botocore

generate:
	@set -e; models="$(abspath $(MODELS))"; if [ -z "$$models" ]; then \
		downloaded=$$(mktemp -d); trap 'rm -r "$$downloaded"' EXIT; models="$$downloaded/botocore/data"; \
		python3 -m pip install --quiet --no-deps --no-compile --target "$$downloaded" '$(BOTOCORE)'; fi; \
	set -x; POOLHOUSE_MODELS="$$models" $(GO) generate ./internal/api

# What the console embeds of npm, from the packages that internal/console/npm
# pins: the design tokens that its stylesheet names, and htmx as it is.
console-assets:
	@set -e; modules=$$(mktemp -d); trap 'rm -r "$$modules"' EXIT; set -x; \
	cp internal/console/npm/package.json internal/console/npm/package-lock.json internal/console/npm/.npmrc "$$modules"; \
	npm ci --prefix "$$modules"; cd internal/console && $(GO) run ./gen "$$modules/node_modules"

# Pictures of the console's pages: light, dark, and 360 pixels wide; those that the
# README and the tutorial show are made again in docs/images.
SCREENSHOTS ?= screenshots

screenshots:
	mkdir -p "$(SCREENSHOTS)"
	$(GO) test -count=1 ./e2e -run '^Test(Console|TutorialInTheConsole)' -screenshots "$(abspath $(SCREENSHOTS))"
	for picture in $$(ls docs/images); do install -m 644 "$(SCREENSHOTS)/$$picture" docs/images; done

# The version that a build is stamped with, and VERSION,COMMIT,TIME for
# internal/buildinfo.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
STAMP = $(VERSION),$(shell git show --no-patch --format=%H,%cI HEAD 2>/dev/null)

# The program, and the one that measures it, in this folder.
build:
	$(GO) build -ldflags "-X poolhouse/internal/buildinfo.stamp=$(STAMP)" -o . ./cmd/poolhouse ./cmd/poolhouse-bench

# The archives of a release, with checksums, in dist. Files that are not committed are
# refused. With a C driver for Linux of this machine's architecture it needs gcc and
# a static C library (Debian: gcc libc6-dev); the other systems have SQLite in Go.
release:
	$(GO) run ./internal/release -version '$(VERSION)' -out dist

# Vets the program and all tests for the other systems.
cross:
	@set -e; for system in windows/amd64 darwin/arm64 linux/arm64; do \
		echo "go vet for $$system"; GOOS=$${system%/*} GOARCH=$${system#*/} CGO_ENABLED=0 $(GO) vet ./...; done
