package bench

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"poolhouse/internal/scratch"
)

// TestRun measures a little, to see that the commands still work. The figures
// mean nothing and are not looked at.
func TestRun(t *testing.T) {
	for name, lines := range map[string][]string{
		"sqlite":   {"2000 rows", "import job", "same table", "8 indexes", "this process"},
		"postgres": {"2000 rows", "fsync on", "import job", "same table", "8 indexes", "1 node", "3 nodes", "this process"},
	} {
		t.Run(name, func(t *testing.T) { testPart(t, Options{On: []string{name}}, lines) })
	}
}

// TestRunOnDatabase measures in a database that is there, and sees that
// nothing is left in it.
func TestRunOnDatabase(t *testing.T) {
	private, err := scratch.StartPostgres(t.Context(), map[string]string{"fsync": "off"})
	if errors.Is(err, scratch.ErrNoPostgres) {
		skip(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := private.Close(); err != nil {
			t.Error(err)
		}
	})
	at, err := private.CreateDatabase(t.Context(), "theirs")
	if err != nil {
		t.Fatal(err)
	}
	testPart(t, Options{On: []string{"postgres"}, Database: at}, []string{"fsync off", "3 nodes"})
	out, err := database{url: at}.psql(t.Context(), `\dn poolhouse*`+"\n"+`\dt *.users`+"\n")
	if err != nil || strings.Contains(out, "poolhouse") || strings.Contains(out, "1 row") {
		t.Errorf("in the database is left: %s, %v", out, err)
	}
}

func testPart(t *testing.T, o Options, lines []string) {
	t.Helper()
	var out bytes.Buffer
	o.Rows, o.Runs, o.Out = 2000, 1, &out
	err := Run(t.Context(), o)
	if errors.Is(err, errMissing) {
		skip(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if !strings.Contains(out.String(), line) {
			t.Errorf("the table lacks %q:\n%s", line, out.String())
		}
	}
}

func skip(t *testing.T, why error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("in CI everything is tested: %v", why)
	}
	t.Skipf("SKIPPED: %v", why)
}

// TestMissing looks for programs in an empty directory: that is an error only
// where there is nothing else, or where they were asked for.
func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, on := range [][]string{nil, {"sqlite"}, {"postgres"}} {
		var out bytes.Buffer
		err := Run(t.Context(), Options{On: on, Rows: 10, Runs: 1, Out: &out})
		if !errors.Is(err, errMissing) || !strings.Contains(err.Error(), "apt-get install") {
			t.Errorf("%v: %v", on, err)
		}
		if said := strings.Contains(out.String(), "SKIPPED"); said != (on == nil) {
			t.Errorf("%v: %s", on, out.String())
		}
	}
	if err := Run(t.Context(), Options{On: []string{"oracle"}, Runs: 1}); err == nil || errors.Is(err, errMissing) {
		t.Errorf("an unknown database: %v", err)
	}
}
