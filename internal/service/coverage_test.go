package service_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/service/servicetest"
)

var update = flag.Bool("update", false, "write docs/coverage.md anew")

// TestCoverage compares docs/coverage.md with the operations that are served.
func TestCoverage(t *testing.T) {
	const path = "../../docs/coverage.md"
	want := coverage(servicetest.New(t))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is out of date (%v); run: make coverage", path, err)
	}
}

func coverage(f *servicetest.Fixture) string {
	var served, missing, own, results, missingResults, accounts, missingAccounts, sessions, missingSessions []string
	for _, op := range iamapi.Operations() { // all are served: TestIAMServesAll
		accounts = append(accounts, op.Name)
	}
	for _, op := range stsapi.Operations() {
		sessions = append(sessions, op.Name)
	}
	for _, op := range iamapi.Others() {
		missingAccounts = append(missingAccounts, op.Name)
	}
	for _, op := range stsapi.Others() {
		missingSessions = append(missingSessions, op.Name)
	}
	for _, op := range servicetest.Operations() {
		switch {
		case op.API == &poolhouseapi.API:
			own = append(own, op.Name)
		case op.API == &logsapi.API && f.Calls.Serves(op):
			results = append(results, op.Name)
		case op.API == &logsapi.API:
			missingResults = append(missingResults, op.Name)
		case f.Calls.Serves(op):
			served = append(served, op.Name)
		default:
			missing = append(missing, op.Name)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# API coverage\n\nThis page lists the operations that Poolhouse serves, and those that it does not. `make coverage` writes it.\n\n"+
		"Of the %d operations of Amazon Cognito user pools (model of November 2026), Poolhouse serves %d. It knows the others, verifies their requests,\n"+
		"and answers `UnknownOperationException`.\n",
		len(served)+len(missing), len(served))
	for _, part := range []struct {
		title string
		names []string
	}{{"Served", served}, {"Poolhouse's own (target prefix `Poolhouse`)", own},
		{"Amazon CloudWatch Logs: the results of import jobs", results},
		{"AWS IAM: users, access keys, roles and policies", accounts},
		{"AWS STS: sessions of roles", sessions},
		{"Not served yet", missing}, {"Not served, of Amazon CloudWatch Logs", missingResults},
		{"Not served, of AWS IAM", missingAccounts}, {"Not served, of AWS STS", missingSessions}} {
		fmt.Fprintf(&b, "\n## %s\n\n", part.title)
		for _, name := range part.names {
			fmt.Fprintf(&b, "- %s\n", name)
		}
	}
	return b.String()
}

// TestUnservedOperationSaysSo: an operation that is declared but not served fails with a clear
// error.
func TestUnservedOperationSaysSo(t *testing.T) {
	f := servicetest.New(t)
	for _, op := range servicetest.Operations() {
		if !f.Calls.Serves(op) {
			_, exception, message := f.Try(op.Target(), servicetest.Object{})
			if exception != "UnknownOperationException" || !strings.Contains(message, op.Name) {
				t.Errorf("%s answers %s: %s", op.Name, exception, message)
			}
		}
	}
}
