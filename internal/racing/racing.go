// Package racing tells a test whether it runs with the race detector, which makes a program
// about ten times slower.
//
// A test that computes much in one goroutine says nothing about races. It calls [Plain], and
// make test runs it a second time without the detector. Its list PLAIN_TESTS has the name of
// each such test, which a test of the repository checks.
package racing

import "testing"

// Plain skips a test that runs with the race detector.
func Plain(t testing.TB) {
	t.Helper()
	if On {
		t.Skip("runs without the race detector: see PLAIN_TESTS in the Makefile")
	}
}
