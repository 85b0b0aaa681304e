package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRaceDetector imports with a program built with the race detector, which is shut down
// in the middle of the import and started again. In the long runs every test uses such a
// program.
func TestRaceDetector(t *testing.T) {
	together(t)
	if cgo, err := exec.Command("go", "env", "CGO_ENABLED").Output(); err != nil || strings.TrimSpace(string(cgo)) != "1" {
		lacking(t, "a C compiler, for the race detector,")
	}
	detecting := filepath.Join(t.TempDir(), "poolhouse")
	if err := buildProgram(detecting, "race"); err != nil {
		t.Fatal(err)
	}
	const rows = 10_000
	file := mixedFile(t, rows)
	onEachStore(t, func(t *testing.T, h *homes) {
		home := h.make(t)
		s := home.setup()
		s.program = detecting
		n := start(t, s)
		pool, job := n.begin(file)
		await(t, "some rows", time.Minute, func() bool { return n.describe(pool, job).ImportedUsers > 0 })
		n.terminate() // fails if a race was seen: the program ends with code 66
		n.again()
		if got := n.outcome(pool, job); got.Status != "Succeeded" || int(got.Imported+got.Skipped+got.Failed) != rows {
			got.Log = ""
			t.Errorf("the import across a restart: %+v", got)
		}
		n.terminate()
		if log := n.logged(); strings.Contains(log, "DATA RACE") {
			t.Errorf("a data race:\n%s", log)
		}
	})
}
