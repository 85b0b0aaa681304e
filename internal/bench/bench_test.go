package bench

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestRun measures a little, to see that the commands still work. The figures
// mean nothing and are not looked at.
func TestRun(t *testing.T) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("sqlite3 is missing, and in CI everything is tested")
		}
		t.Skip("SKIPPED: sqlite3 is missing")
	}
	var out bytes.Buffer
	if err := Run(t.Context(), Options{Rows: 2000, Runs: 1, Out: &out}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"2000 rows", "import job", "same table", "8 indexes"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("the table lacks %q:\n%s", line, out.String())
		}
	}
}
