# Everything that is done with the project, by name.

GO ?= go

.PHONY: demo test lint bench coverage generate build

# Runs the main job on a fresh clone: a server, a user pool, an import.
demo:
	$(GO) run ./cmd/poolhouse demo

# The whole suite, with the race detector, then without cgo (the pure-Go
# SQLite driver).
test: lint
	$(GO) test -race -timeout 15m ./...
	CGO_ENABLED=0 $(GO) test -timeout 10m ./internal/sqlstore/...

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
