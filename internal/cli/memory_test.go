package cli

import (
	"bytes"
	"log/slog"
	"runtime/debug"
	"testing"

	"poolhouse/internal/bounds"
)

// TestLimitMemory: the soft memory limit is three quarters of the available memory, unless
// GOMEMLIMIT sets one.
func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	log := slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil))
	t.Setenv("GOMEMLIMIT", "5GiB")
	debug.SetMemoryLimit(12345)
	limitMemory(log)
	if got := debug.SetMemoryLimit(-1); got != 12345 {
		t.Errorf("GOMEMLIMIT is overruled by %d", got)
	}
	t.Setenv("GOMEMLIMIT", "")
	limitMemory(log)
	want := int64(12345) // the memory is not known
	if memory := bounds.Memory(); memory > 0 {
		want = memory / 4 * 3
	}
	if got := debug.SetMemoryLimit(-1); got != want {
		t.Errorf("the limit is %d, want %d", got, want)
	}
}
