package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"poolhouse/internal/sqlstore"
)

// runSQLite measures on SQLite, beside the sqlite3 program.
func runSQLite(ctx context.Context, o Options, dir string) error {
	if err := need("sqlite3", "sqlite3"); err != nil {
		return err
	}
	f, err := writeFile(dir, o.Rows)
	if err != nil {
		return err
	}
	var files int
	newPath := func() string {
		files++
		return filepath.Join(dir, fmt.Sprintf("%d.db", files))
	}
	var ours string // the database of the last import
	all := []*series{
		{name: "import job: parse, check, store", rows: f.rows, once: func() (time.Duration, error) {
			ours = newPath()
			return importToSQLite(ctx, ours, f)
		}},
		{name: "sqlite3 .import of the same rows, same table", rows: f.rows, once: func() (time.Duration, error) {
			return loadTable(ctx, ours, newPath(), f.rows)
		}},
		{name: "sqlite3 .import of the same file, 8 indexes", rows: f.rows, once: func() (time.Duration, error) {
			return loadFile(ctx, newPath(), f)
		}},
	}
	fmt.Fprintf(o.Out, "SQLite: %d rows, %.1f MB, %d runs of each in turn\n\n", f.rows, float64(f.size)/1e6, o.Runs)
	err = run(o.Runs, all)
	report(o.Out, all) // also of what was interrupted
	return err
}

func importToSQLite(ctx context.Context, path string, f file) (took time.Duration, err error) {
	store, err := sqlstore.OpenSQLite(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return importFile(ctx, []*sqlstore.Store{store}, 1, f)
}

// settings make the floor's database keep what it commits as ours does.
const settings = "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\nPRAGMA cache_size = -131072;\n.mode csv\n"

// loadFile loads the import file into a table that is made for it.
func loadFile(ctx context.Context, path string, f file) (time.Duration, error) {
	return load(ctx, path, plainTable("TEXT"), ".import --skip 1 "+f.path+" users\n", f.rows)
}

// loadTable loads the rows that our import made into a table and indexes that
// are exactly ours.
func loadTable(ctx context.Context, ours, path string, rows int) (time.Duration, error) {
	schema, err := exec.CommandContext(ctx, "sqlite3", ours, ".schema users").Output()
	if err != nil {
		return 0, fmt.Errorf("sqlite3: %w", err)
	}
	dump := path + ".csv"
	script := ".mode csv\n.output " + dump + "\nSELECT * FROM users ORDER BY rowid;\n"
	if _, err := sqlite3(ctx, ours, script); err != nil {
		return 0, err
	}
	return load(ctx, path, string(schema), ".import "+dump+" users\n", rows)
}

// load makes a database and times the loading of it.
func load(ctx context.Context, path, schema, command string, rows int) (time.Duration, error) {
	begun := time.Now()
	out, err := sqlite3(ctx, path, settings+schema+command+"SELECT count(*) FROM users;\n")
	took := time.Since(begun)
	if err == nil && !strings.HasSuffix(strings.TrimSpace(out), fmt.Sprint(rows)) {
		err = fmt.Errorf("sqlite3 did not load %d rows: %s", rows, out)
	}
	return took, err
}

func sqlite3(ctx context.Context, path, script string) (string, error) {
	cmd := exec.CommandContext(ctx, "sqlite3", path)
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("sqlite3: %w: %s", err, out)
	}
	return string(out), nil
}
