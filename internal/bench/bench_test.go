package bench

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/scratch"
)

// The tests measure little, to check that the commands still work. The figures mean nothing
// and are not checked.
func little(t *testing.T, on string) Options {
	t.Helper()
	self, err := os.Executable() // TestMain turns it into all programs
	if err != nil {
		t.Fatal(err)
	}
	return Options{Program: self, On: []string{on}, Rows: 1000, Few: 5, Runs: 1, Pace: 50, Clients: 2, Period: 100 * time.Millisecond}
}

func TestImportSQLite(t *testing.T) {
	t.Parallel()
	o := little(t, "sqlite")
	self, err := programAt(o.Program)
	if err != nil {
		t.Fatal(err)
	}
	o.Growth, o.Beside, o.Profile = true, []string{self.path}, t.TempDir()
	o.Hashes, o.Deleted = true, 2000
	expect(t, Import, o, []string{"SQLite 3.", "1000 rows", "24 columns", "sqlite3 .import, default cache", "cache of 256 MiB", "× the loader; ", "≤ 0.75; ≤ 1.00",
		"every row skipped", "10 % refused", "our tables", "import, 1000 rows", "× the loader's", "≤ 1.40", "while 2000 users are deleted",
		"import job, " + self.driver, "AdminUpdateUserAttributes, beside an import", "until Stopped", "into a pool of 10000", "import, 11000 rows"})
	lookAtProfile(t, o.Profile, "import-sqlite.pprof")
}

// TestImportPostgres measures in an existing database and checks that nothing is left in it.
// A server of the benchmark's own would sync, which takes long.
func TestImportPostgres(t *testing.T) {
	t.Parallel()
	private, err := scratch.StartPostgres(t.Context(), map[string]string{"fsync": "off"})
	if errors.Is(err, scratch.ErrNoPostgres) {
		scratch.Lacking(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := private.Close(); err != nil {
			t.Error(err)
		}
	})
	o := little(t, "postgres")
	if o.Database, err = private.CreateDatabase(t.Context(), "theirs"); err != nil {
		t.Fatal(err)
	}
	o.Profile = t.TempDir()
	expect(t, Import, o, []string{"PostgreSQL 1", "fsync off", `psql \copy`, "every row skipped", "our tables", "4 pools at once", "3 nodes",
		"23 columns", "import, 1000 rows", "× the loader's", "while 1000 users are deleted",
		"AdminGetUser, beside an import", "until Stopped"})
	lookAtProfile(t, o.Profile, "import-postgres.pprof")
	out, err := database{url: o.Database}.psql(t.Context(), "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'poolhouse%') +\n"+
		"(SELECT count(*) FROM pg_class WHERE relname = 'users');\n")
	if err != nil || strings.TrimSpace(out) != "0" {
		t.Errorf("in the database is left: %s, %v", out, err)
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := little(t, name)
			o.Beside = []string{o.Program}
			expect(t, Rows, o, []string{"import, all rows good", "import, all rows refused", "all rows good, by ", "check, nothing there yet", "check into a pool of 1000",
				"× the import", "≤ 0.50", "result file, 1000 rows that were refused", "map of 1000 imported rows", "20 corrected rows", "bytes a row", "1000 refused rows"})
		})
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	o := little(t, "sqlite")
	expect(t, CSV, o, []string{"The file in Cognito's form: 1000 rows", "RFC 4180, import-dialect: any", "Cognito's form, import-dialect: cognito", "× cognito", "≤ 1.03",
		"MB of text a second", "semicolons", "PostgreSQL's text format", "RFC 4180, UTF-16", "RFC 4180, zstd", "× Cognito's form", "a file of two users"})
}

func TestAPI(t *testing.T) {
	t.Parallel()
	o := little(t, "sqlite")
	o.Profile = t.TempDir()
	expect(t, API, o, []string{"nothing there yet", "on the pool's database", "floor: signature and JSON of AdminGetUser", "DescribeUserImportJob"})
	lookAtProfile(t, o.Profile, "api-sqlite-AdminGetUser.pprof")
}

func TestList(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := little(t, name)
			if name == "sqlite" {
				o.Profile = t.TempDir()
				defer lookAtProfile(t, o.Profile, "list-sqlite.pprof")
			}
			expect(t, List, o, []string{"first tenth", "last tenth", "username = a value", "preferred_username ^= two", "sub ^= all", "status = Disabled"})
		})
	}
}

func TestConsole(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := little(t, name)
			o.Period, o.Lines, o.Viewers = 20*time.Millisecond, 2000, 3
			expect(t, Console, o, []string{"the first 60 users", "60 users behind 480", "60 users of a status", "one user", "the overview of the pool", "30 user pools", "≤ 20 ms",
				"the first lines", "the last lines", "3 live pages of the job", "whole, with opening 3 pages", "The pages were told "})
		})
	}
}

// expect runs a benchmark and checks that the tables have certain lines, as text and as
// Markdown.
func expect(t *testing.T, run func(context.Context, Options) error, o Options, lines []string) {
	t.Helper()
	var out bytes.Buffer
	o.Out, o.Markdown = &out, filepath.Join(t.TempDir(), "tables.md")
	err := run(t.Context(), o)
	if errors.Is(err, errMissing) {
		scratch.Lacking(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	markdown, err := os.ReadFile(o.Markdown)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if !strings.Contains(out.String(), line) || !bytes.Contains(markdown, []byte(line)) {
			t.Errorf("a table lacks %q:\n%s\n%s", line, out.String(), markdown)
		}
	}
}

func lookAtProfile(t *testing.T, dir, name string) {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil || info.Size() == 0 {
		t.Errorf("the profile is not there: %v", err)
	}
}

// TestMissing looks for programs in an empty directory. A missing program is an error only if
// the database was asked for, or if there is no other.
func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, on := range [][]string{nil, {"sqlite"}, {"postgres"}} {
		var out bytes.Buffer
		o := little(t, "")
		o.On, o.Out = on, &out
		err := Import(t.Context(), o)
		if !errors.Is(err, errMissing) || !strings.Contains(err.Error(), "apt-get install") {
			t.Errorf("%v: %v", on, err)
		}
		if said := strings.Contains(out.String(), "SKIPPED"); said != (on == nil) {
			t.Errorf("%v: %s", on, out.String())
		}
	}
	if err := Import(t.Context(), little(t, "oracle")); err == nil || errors.Is(err, errMissing) {
		t.Errorf("an unknown database: %v", err)
	}
}

// TestNoProgram: without a poolhouse program nothing is measured, and the error says what to
// do.
func TestNoProgram(t *testing.T) {
	o := little(t, "sqlite")
	o.Program = ""
	if err := API(t.Context(), o); err == nil || !strings.Contains(err.Error(), "name it with --program") {
		t.Errorf("the error is %v", err)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := little(t, name)
			o.Rows, o.Few, o.Calls, o.Pace = 3, 4, 3, 50
			expect(t, SignIn, o, []string{"floor: the verifier's exponentiation", "sign-in by SRP, both steps", "refresh", "AdminGetUser, beside 50 sign-ins a second",
				"ForgotPassword, for a disabled user", "PASSWORD_VERIFIER: ", "3 first sign-ins at once", "≤ 400 MiB"})
		})
	}
}
