package bench_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"poolhouse/internal/bench"
	"poolhouse/internal/cli"
)

// TestMain turns the test binary into the programs that the benchmarks start if it is called
// with a command: the bare server for "floor", and poolhouse otherwise.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "floor" { // floor --answers FILE
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		err := bench.Floor(ctx, os.Getenv(bench.EnvAccessKey), os.Getenv(bench.EnvSecret), os.Args[3], os.Stderr)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		return
	}
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}
