package internal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMigrationsAreNumbered: the numbers of migrations have no gap and no duplicate.
// Two branches could otherwise add the same number.
func TestMigrationsAreNumbered(t *testing.T) {
	for _, dir := range []string{"sqlite", "postgres"} {
		files, err := os.ReadDir(filepath.Join("sqlstore", "migrations", dir))
		if err != nil {
			t.Fatal(err)
		}
		for i, file := range files {
			if number := fmt.Sprintf("%05d_", i+1); !strings.HasPrefix(file.Name(), number) {
				t.Errorf("%s/%s: the number of this migration must be %s", dir, file.Name(), number[:5])
			}
		}
	}
}

// TestMigrationsAreMarked: the tool that runs migrations sees each direction of a
// migration as one statement. sqlstore/migrate.go gives the reason.
func TestMigrationsAreMarked(t *testing.T) {
	const begin, end = "-- +goose StatementBegin\n", "-- +goose StatementEnd\n"
	files, err := filepath.Glob(filepath.Join("sqlstore", "migrations", "*", "*.sql"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		up, down, ok := strings.Cut(string(text), "-- +goose Down\n")
		for _, way := range []string{strings.TrimPrefix(up, "-- +goose Up\n"), down} {
			way = strings.TrimSpace(way) + "\n"
			if !ok || !strings.HasPrefix(way, begin) || !strings.HasSuffix(way, end) {
				t.Errorf("%s: the statements of each direction must be between %q and %q", name, begin, end)
			}
		}
	}
}
