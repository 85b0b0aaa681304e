package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// sqlite is SQLite with its sqlite3 program.
type sqlite struct {
	dir  string
	self program // the program that makes databases
}

func (sqlite) name() string                { return "sqlite" }
func (e sqlite) directory() string         { return e.dir }
func (sqlite) close(context.Context) error { return nil }

// loaders are the loader with its default settings, which have a small cache, and the loader
// as experts run it.
func (sqlite) loaders() []loader {
	return []loader{
		{name: "sqlite3 .import, default cache", short: "the loader", target: "≤ 0.75"},
		{name: "sqlite3 .import, cache of 256 MiB", short: "the tuned loader", settings: largeCache, target: "≤ 1.00"},
	}
}

// about makes a server create a database, which records the version of its SQLite.
func (e sqlite) about(ctx context.Context) (string, error) {
	s, err := newSite(e.dir)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(s.dir)
	if err := withServer(ctx, e.self, s.serve(), func(*node) error { return nil }); err != nil {
		return "", err
	}
	loader, _, _ := strings.Cut(said(ctx, "not installed", "sqlite3", "--version"), " ")
	return "SQLite " + libraryVersion(s) + ", WAL, synchronous FULL; the sqlite3 program is " + loader, nil
}

func (e sqlite) site(context.Context) (site, error) { return newSite(e.dir) }

// flush makes the system write pending data.
func (sqlite) flush(context.Context) { flushDisks() }

// settings give the baseline's database the same durability as ours.
const settings = "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\n"

// largeCache sets a page cache of 256 MiB, in KiB.
const largeCache = "PRAGMA cache_size = -262144;\n"

func (e sqlite) loadFiles(ctx context.Context, l loader, files ...file) (done []loaded, err error) {
	s, err := newSite(e.dir)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(s.dir)
	path, begin, rows := filepath.Join(s.dir, "floor.db"), plainTable("TEXT", files[0].header()), 0
	for _, f := range files {
		rows += f.rows
		took, err := loadScript(ctx, path, l.settings+begin+".mode csv\n.import --skip 1 "+f.path+" plain\nSELECT count(*) FROM plain;\n", rows)
		if err != nil {
			return nil, err
		}
		size, err := sizeOf(path)
		if err != nil {
			return nil, err
		}
		done, begin = append(done, loaded{took, size}), ""
	}
	return done, nil
}

// sizeOf returns the size in bytes of a database that no process has open, and of what is
// left of its log.
func sizeOf(path string) (size int64, err error) {
	for _, file := range []string{path, path + "-wal"} {
		switch info, err := os.Stat(file); {
		case err == nil:
			size += info.Size()
		case file == path || !errors.Is(err, fs.ErrNotExist):
			return 0, err
		}
	}
	return size, nil
}

func (sqlite) size(_ context.Context, of site) (int64, error) { return sizeOf(ours(of)) }

// ours returns the path of a site's database.
func ours(s site) string { return filepath.Join(s.data(), "poolhouse.db") }

// holds looks in each table for one row after the given number of rows.
func (e sqlite) holds(ctx context.Context, of site, most int) (bool, error) {
	tables, err := e.allTables(ctx, ours(of))
	if err != nil || len(tables) == 0 {
		return false, err
	}
	found, err := sqlite3(ctx, ours(of), ".timeout 10000\n"+behind(tables, most))
	return found != "", err
}

// behind returns a script that prints "1" for each table with more than this many rows.
func behind(tables []string, most int) (script string) {
	for _, table := range tables {
		script += fmt.Sprintf("SELECT 1 FROM %s LIMIT 1 OFFSET %d;\n", table, most)
	}
	return script
}

// loadRows copies the tables that have a row for each of ours, within the engine. A copy
// without a condition would transfer the indexes as they are instead of building them.
func (e sqlite) loadRows(ctx context.Context, from site, least int) (time.Duration, error) {
	path := ours(from)
	tables, err := e.tables(ctx, path, least)
	if err != nil {
		return 0, err
	}
	script := largeCache + "ATTACH " + quoted(path) + " AS ours;\n"
	for _, table := range tables {
		schema, err := sqlite3(ctx, path, ".schema --nosys "+table+"\n")
		if err != nil {
			return 0, err
		}
		script += schema + "INSERT INTO main." + table + " SELECT * FROM ours." + table + " WHERE 1;\n"
	}
	s, err := newSite(e.dir)
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(s.dir)
	return loadScript(ctx, filepath.Join(s.dir, "floor.db"), script+"SELECT count(*) FROM main."+tables[0]+";\n", least)
}

func (sqlite) allTables(ctx context.Context, path string) ([]string, error) {
	all, err := sqlite3(ctx, path, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%';\n")
	return strings.Fields(all), err
}

// tables returns the tables of a database with at least this many rows.
func (e sqlite) tables(ctx context.Context, path string, least int) (tables []string, err error) {
	all, err := e.allTables(ctx, path)
	if err != nil {
		return nil, err
	}
	for _, name := range all {
		count, err := sqlite3(ctx, path, "SELECT count(*) >= "+fmt.Sprint(least)+" FROM "+name+";\n")
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(count) == "1" {
			tables = append(tables, name)
		}
	}
	if len(tables) == 0 {
		err = fmt.Errorf("none of the tables %s has %d rows", all, least)
	}
	return tables, err
}

// loadScript times a script that ends with the number of rows.
func loadScript(ctx context.Context, path, script string, rows int) (time.Duration, error) {
	begun := time.Now()
	out, err := sqlite3(ctx, path, settings+script)
	took := time.Since(begun)
	if err == nil && !strings.HasSuffix(strings.TrimSpace(out), fmt.Sprint(rows)) {
		err = fmt.Errorf("sqlite3 did not load %d rows: %s", rows, out)
	}
	return took, err
}

func sqlite3(ctx context.Context, path, script string) (string, error) {
	cmd := exec.CommandContext(ctx, "sqlite3", "-bail", path)
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("sqlite3: %w: %s", err, out)
	}
	return string(out), nil
}

func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", "''") + "'" }

// libraryVersion returns the version of the SQLite that wrote a site's database, which is
// stored at byte 96 of every database.
func libraryVersion(s site) string {
	at, err := os.Open(ours(s))
	if err != nil {
		return "unknown"
	}
	defer at.Close()
	var head [4]byte
	if _, err := io.ReadFull(io.NewSectionReader(at, 96, 4), head[:]); err != nil {
		return "unknown"
	}
	n := binary.BigEndian.Uint32(head[:])
	return fmt.Sprintf("%d.%d.%d", n/1_000_000, n/1000%1000, n%1000)
}
