package bench_test

import (
	"os"
	"strings"
	"testing"

	"poolhouse/internal/cli"
)

// TestMain makes the test binary the program that the benchmarks start, when
// it is called with a command.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}
