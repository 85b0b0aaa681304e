package scratch

import "os"

// Test is what [Lacking] needs of a test or a benchmark.
type Test interface {
	Helper()
	Skipf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Lacking skips a test that needs what this machine lacks, and prints why. In CI, where everything
// is installed and tested, it fails the test.
func Lacking(t Test, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s; in CI everything is tested", why)
	}
	t.Skipf("SKIPPED: %s", why)
}
