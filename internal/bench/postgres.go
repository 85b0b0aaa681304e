package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// postgres is PostgreSQL with its psql program.
type postgres struct {
	*server
	dir  string
	self program // the program that makes tables
}

func openPostgres(ctx context.Context, dir, database string, self program) (engine, error) {
	s, err := openServer(ctx, database)
	return postgres{s, dir, self}, err
}

func (postgres) name() string        { return "postgres" }
func (e postgres) directory() string { return e.dir }
func (postgres) loaders() []loader {
	return []loader{{name: `psql \copy`, short: "the loader", target: "≤ 1.00"}}
}

func (e postgres) flush(ctx context.Context) { e.checkpoint(ctx) }

// site returns a database and a directory. A possible password is in the environment, which
// other users of the machine cannot read.
func (e postgres) site(ctx context.Context) (s site, err error) {
	if s, err = newSite(e.dir); err != nil {
		return s, err
	}
	d, err := e.newDatabase(ctx)
	if err != nil {
		return s, err
	}
	key := make([]byte, 32)
	rand.Read(key)
	s.env = []string{"POOLHOUSE_DATABASE=" + d.url, "POOLHOUSE_SEALING_KEY=" + base64.StdEncoding.EncodeToString(key)}
	s.database = d
	directory := s.remove
	s.remove = func(ctx context.Context) error { return join(e.drop(ctx, d), directory(ctx)) }
	return s, nil
}

func (e postgres) loadFiles(ctx context.Context, _ loader, files ...file) (done []loaded, err error) {
	d, err := e.newDatabase(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = join(err, e.drop(context.WithoutCancel(ctx), d)) }()
	if _, err := d.psql(ctx, plainTable(`TEXT COLLATE "C"`, files[0].header())); err != nil {
		return nil, err
	}
	for _, f := range files {
		e.flush(ctx)
		took, err := d.copyIn(ctx, "plain", f.path, "WITH (FORMAT csv, HEADER)", f.rows)
		if err != nil {
			return nil, err
		}
		size, err := d.size(ctx)
		if err != nil {
			return nil, err
		}
		done = append(done, loaded{took, size})
	}
	return done, nil
}

func (postgres) size(ctx context.Context, of site) (int64, error) { return of.database.size(ctx) }

// size returns the size of the tables in bytes, including their indexes.
func (d database) size(ctx context.Context) (int64, error) {
	out, err := d.psql(ctx, "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace;\n")
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(out), 10, 64)
}

// holds looks in each table for one row after the given number of rows.
func (postgres) holds(ctx context.Context, of site, most int) (bool, error) {
	tables, err := of.database.allTables(ctx)
	if err != nil || len(tables) == 0 {
		return false, err
	}
	found, err := of.database.psql(ctx, behind(tables, most))
	return found != "", err
}

// loadRows dumps the tables that have a row for each of ours, in their physical order, and
// loads them into the tables of a new database.
func (e postgres) loadRows(ctx context.Context, from site, least int) (took time.Duration, err error) {
	tables, err := from.database.tables(ctx, least)
	if err != nil {
		return 0, err
	}
	dump := func(table string) string { return filepath.Join(from.dir, table+".copy") }
	for _, table := range tables {
		if _, err := from.database.psql(ctx, `\copy (SELECT * FROM `+table+` ORDER BY ctid) TO `+quoted(dump(table))+"\n"); err != nil {
			return 0, err
		}
	}
	to, err := e.site(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = join(err, to.remove(context.WithoutCancel(ctx))) }()
	// A server creates the tables.
	if err := withServer(ctx, e.self, to.serve(), func(*node) error { return nil }); err != nil {
		return 0, err
	}
	e.flush(ctx)
	for _, table := range tables {
		one, err := to.database.copyIn(ctx, table, dump(table), "", least)
		if err != nil {
			return 0, err
		}
		took += one
	}
	return took, nil
}

// tables returns the tables of the database with at least this many rows.
func (d database) tables(ctx context.Context, least int) (tables []string, err error) {
	all, err := d.allTables(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range all {
		count, err := d.psql(ctx, "SELECT count(*) >= "+fmt.Sprint(least)+" AS many FROM "+name+" \\gset\n\\echo :many\n")
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(count) == "t" {
			tables = append(tables, name)
		}
	}
	if len(tables) == 0 {
		err = fmt.Errorf("none of the tables %s has %d rows", all, least)
	}
	return tables, err
}

func (d database) allTables(ctx context.Context) ([]string, error) {
	all, err := d.psql(ctx, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace;\n")
	return strings.Fields(all), err
}

// copyIn times how long psql takes to load a file of at least this many rows into a table.
func (d database) copyIn(ctx context.Context, table, path, options string, least int) (time.Duration, error) {
	begun := time.Now()
	out, err := d.psql(ctx, `\copy `+table+` FROM `+quoted(path)+" "+options+"\n")
	took := time.Since(begun)
	if err != nil {
		return 0, err
	}
	if n, problem := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(out), "COPY ")); problem != nil || n < least {
		err = fmt.Errorf("psql did not load %s: %s", path, out)
	}
	return took, err
}

// psql runs a script. The password is not on the command line, which every user of the
// machine can read.
func (d database) psql(ctx context.Context, script string) (string, error) {
	u, err := url.Parse(d.url)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "psql", "--no-psqlrc", "--no-password", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
	if password, ok := u.User.Password(); ok {
		u.User = url.User(u.User.Username())
		cmd.Env = append(os.Environ(), "PGPASSWORD="+password)
	}
	cmd.Args = append(cmd.Args, "--dbname="+u.String())
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("psql: %w: %s", err, out)
	}
	return string(out), nil
}
