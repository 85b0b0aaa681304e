package sqlstore

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"
)

func TestMark(t *testing.T) {
	const begin, end = "-- +goose StatementBegin\n", "-- +goose StatementEnd\n"
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"-- +goose Up\n\n-- Why.\n", "-- +goose Up\n\n-- Why.\n"},
		{"SELECT 1;\n", begin + "SELECT 1;\n" + end},
		{"SELECT 1;", begin + "SELECT 1;\n" + end},
		{"SELECT\n-- a comment;\n  1 ; -- so;\n\nSELECT 2; -- +x\n", begin + "SELECT\n-- a comment;\n  1 ; -- so;\n" + end + "\n" + begin + "SELECT 2; -- +x\n" + end},
		{"SELECT 1 -- not yet;\n, 2;\n", begin + "SELECT 1 -- not yet;\n, 2;\n" + end},
		{begin + "a;\nb;\n" + end, begin + "a;\nb;\n" + end},
	} {
		if got := mark(c.text); got != c.want {
			t.Errorf("%q became %q, want %q", c.text, got, c.want)
		}
	}
}

// TestMarkedFilesAreTheSame migrates a database with the files as they are, and
// one with the marked files: nothing may differ. Every statement is marked.
func TestMarkedFilesAreTheSame(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"migrations/sqlite", "migrations/postgres"} {
		files, err := fs.Glob(migrations, dir+"/*.sql")
		if err != nil || len(files) < 15 {
			t.Fatal(files, err)
		}
		for _, name := range files {
			text, err := fs.ReadFile(migrations, name)
			if err != nil {
				t.Fatal(err)
			}
			marked := mark(string(text))
			if n := strings.Count(marked, "+goose StatementBegin"); n == 0 || n != strings.Count(marked, "+goose StatementEnd") {
				t.Errorf("%s: %d statements begin:\n%s", name, n, marked)
			}
		}
	}
	plain, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(schemaBy(t, plain), schemaBy(t, markedFiles{plain})); diff != "" {
		t.Errorf("the schema by the marked files:\n%s", diff)
	}
}

// schemaBy returns the schema of a SQLite database that the files migrated.
func schemaBy(t *testing.T, files fs.FS) (schema []string) {
	t.Helper()
	db, err := openDriver("file:"+filepath.Join(t.TempDir(), "test.db")+"?mode=rwc", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := db.QueryContext(t.Context(), "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY type, name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		schema = append(schema, text)
	}
	if rows.Err() != nil || len(schema) < 20 {
		t.Fatalf("%d objects, %v", len(schema), rows.Err())
	}
	return schema
}
