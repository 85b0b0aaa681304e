# Everything that is done with the project, by name.

GO ?= go

# The race detector needs cgo, and cgo a C compiler. In CI it may not be missing.
ifeq ($(shell $(GO) env CGO_ENABLED),1)
RACE := -race
else ifeq ($(CI),true)
$(error CI runs the tests with the race detector, which needs a C compiler)
endif

.PHONY: demo test lint bench coverage generate build missing

# Runs the main job on a fresh clone: a server, a user pool, an import.
demo:
	$(GO) run ./cmd/poolhouse demo

# The whole suite, with the race detector, then without cgo (the pure-Go
# SQLite driver).
test: lint missing
	$(GO) test $(RACE) -timeout 15m ./...
	CGO_ENABLED=0 $(GO) test -timeout 10m ./internal/sqlstore/...

# Says what will be skipped. In CI a missing program fails its tests.
missing:
	@for tool in aws curl ip psql python3 sqlite3; do command -v $$tool >/dev/null || \
		echo "SKIPPED: the tests that need $$tool, which is not installed"; done
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
		echo "SKIPPED: the tests that need PostgreSQL, which is not installed"
	@test "$$(id -u)" = 0 || echo "SKIPPED: the tests that need root, to make a network namespace"
	@test -n "$(RACE)" || echo "SKIPPED: the race detector, which needs a C compiler"

lint:
	@unformatted=$$(gofmt -l cmd internal e2e); \
	if [ -n "$$unformatted" ]; then echo "gofmt: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# Rows a second of an import, beside the bare database loader in one run.
bench:
	$(GO) run ./cmd/poolhouse bench

# docs/coverage.md: which operations are served.
coverage:
	$(GO) test ./internal/service -run TestCoverage -update

# The API's types, from a model in botocore's format:
# make generate MODEL=path/to/cognito-idp/2016-04-18/service-2.json
generate:
	POOLHOUSE_API_MODEL=$(abspath $(MODEL)) $(GO) generate ./internal/api

build:
	$(GO) build -o poolhouse ./cmd/poolhouse
