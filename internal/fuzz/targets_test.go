package main

import (
	"errors"
	"regexp"
	"slices"
	"testing"
)

// TestFind: the targets are those of the packages, selected by name.
func TestFind(t *testing.T) {
	all, err := find("..", regexp.MustCompile(""))
	if err != nil || len(all) < 50 {
		t.Errorf("%d targets, %v", len(all), err)
	}
	some, err := find("..", regexp.MustCompile(`^sigv4\.FuzzAuth`))
	if err != nil || !slices.Equal(some, []target{{"sigv4", "FuzzAuthorization"}}) {
		t.Errorf("%v, %v", some, err)
	}
}

// TestRead: the output of go test for a target that runs, one that is skipped, and one that
// ran nothing.
func TestRead(t *testing.T) {
	for output, want := range map[string]figures{
		"=== RUN   FuzzX\nfuzz: elapsed: 0s, gathering baseline coverage: 0/3 completed\nfuzz: elapsed: 3s, execs: 325017 (108336/sec), new interesting: 11 (total: 202)\n" +
			"fuzz: elapsed: 6s, execs: 700000 (1/sec), new interesting: 12 (total: 203)\n--- PASS: FuzzX (6.01s)\n": {executions: 700000, inputs: 12},
		"=== RUN   FuzzX\n    x_test.go:1: SKIPPED: PostgreSQL\n--- SKIP: FuzzX (0.00s)\nPASS\n": {skipped: true},
		"no test files\n": {},
	} {
		if got := read(output); got != want {
			t.Errorf("%q is %+v, want %+v", output, got, want)
		}
	}
	for want, v := range map[string]string{"FAILED": verdict(figures{}, errors.New("x")), "": verdict(figures{executions: 1}, nil)} {
		if v != want {
			t.Errorf("%q, want %q", v, want)
		}
	}
}
