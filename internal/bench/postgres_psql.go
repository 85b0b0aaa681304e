package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"poolhouse/internal/sqlstore"
)

// prepare imports the whole file and keeps the rows that this made. It is also
// what a new server needs before it is measured: the first to write much pays
// for the making of the files of its log.
func (b *postgresBench) prepare(ctx context.Context) error {
	b.inOrder, b.sorted = filepath.Join(b.dir, "in-order.copy"), filepath.Join(b.dir, "sorted.copy")
	_, err := b.inDatabase(ctx, func(ctx context.Context, d database) (time.Duration, error) {
		if _, err := b.jobs(1, 1, b.whole)(ctx, d); err != nil {
			return 0, err
		}
		// The order of the file: a username ends with its row's number.
		err := d.dumpUsers(ctx, "split_part(username, '.', 3)::int", b.inOrder)
		return 0, errors.Join(err, d.dumpUsers(ctx, "ctid", b.sorted))
	})
	return err
}

// copyRows loads rows that our import made into a table and indexes that are
// exactly ours.
func (b *postgresBench) copyRows(path string) action {
	return func(ctx context.Context, d database) (time.Duration, error) {
		store, err := sqlstore.OpenPostgres(ctx, sqlstore.Postgres{URL: d.url, Connections: 1, Node: "bench"})
		if err != nil {
			return 0, err
		}
		if err := store.Close(); err != nil {
			return 0, err
		}
		b.server.checkpoint(ctx)
		return d.copyIn(ctx, path, "", b.whole.rows)
	}
}

// copyFile loads the import file into a table that is made for it.
func (b *postgresBench) copyFile(ctx context.Context, d database) (time.Duration, error) {
	if _, err := d.psql(ctx, plainTable(`TEXT COLLATE "C"`)); err != nil {
		return 0, err
	}
	b.server.checkpoint(ctx)
	return d.copyIn(ctx, b.whole.path, "WITH (FORMAT csv, HEADER)", b.whole.rows)
}

// dumpUsers writes all users into a file.
func (d database) dumpUsers(ctx context.Context, order, path string) error {
	_, err := d.psql(ctx, `\copy (SELECT * FROM users ORDER BY `+order+`) TO `+quoted(path)+"\n")
	return err
}

// copyIn times how long psql takes to load a file into the table of users.
func (d database) copyIn(ctx context.Context, path, options string, rows int) (time.Duration, error) {
	begun := time.Now()
	out, err := d.psql(ctx, `\copy users FROM `+quoted(path)+" "+options+"\n")
	took := time.Since(begun)
	if err == nil && strings.TrimSpace(out) != fmt.Sprint("COPY ", rows) {
		err = fmt.Errorf("psql did not load %d rows: %s", rows, out)
	}
	return took, err
}

func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", "''") + "'" }

// psql runs a script. The password is not on the command line, which everybody
// on the machine can read.
func (d database) psql(ctx context.Context, script string) (string, error) {
	u, err := url.Parse(d.url)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "psql", "--no-psqlrc", "--no-password", "--set=ON_ERROR_STOP=1")
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
