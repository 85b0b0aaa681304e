// Package bench measures an import beside the bare database loader: the same
// file, a database of the same engine with as many indexes, in one run, in
// turn. It owns the file that is measured with and the floor; it asserts
// nothing about times.
package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/userpool"
)

// Options say what is measured.
type Options struct {
	Rows int // of the file
	Runs int // of each
	Out  io.Writer
}

// Run measures and prints a table. It needs the sqlite3 program for the
// floor.
func Run(ctx context.Context, o Options) error {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		return errors.New("the floor is measured with sqlite3, which is not installed (Debian: apt-get install sqlite3)")
	}
	dir, err := os.MkdirTemp("", "poolhouse-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "users.csv")
	size, err := writeFile(file, o.Rows)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "%d rows, %.1f MB, %d runs of each in turn\n\n", o.Rows, float64(size)/1e6, o.Runs)
	var ours, same, eight []time.Duration
	for i := range o.Runs {
		path := func(name string) string { return filepath.Join(dir, fmt.Sprintf("%s%d.db", name, i)) }
		mine, err := importOnce(ctx, path("ours"), file, size, o.Rows)
		if err != nil {
			return err
		}
		table, err := loadTable(ctx, path("ours"), path("same"), o.Rows)
		if err != nil {
			return err
		}
		bare, err := loadFile(ctx, path("eight"), file, o.Rows)
		if err != nil {
			return err
		}
		ours, same, eight = append(ours, mine), append(same, table), append(eight, bare)
	}
	report(o, [3]measured{
		{"import job: parse, check, store", ours},
		{"sqlite3 .import of the same rows, same table", same},
		{"sqlite3 .import of the same file, 8 indexes", eight},
	})
	return nil
}

// measured is the times of one thing.
type measured struct {
	name  string
	times []time.Duration
}

func (m measured) median() time.Duration { return m.times[len(m.times)/2] }

func report(o Options, all [3]measured) {
	fmt.Fprintf(o.Out, "%-46s %8s %8s %8s %10s %9s\n", "", "min", "median", "max", "rows/s", "our ratio")
	for _, m := range all {
		slices.Sort(m.times)
	}
	for _, m := range all {
		fmt.Fprintf(o.Out, "%-46s %7.2fs %7.2fs %7.2fs %10.0f %9.2f\n", m.name, m.times[0].Seconds(), m.median().Seconds(),
			m.times[len(m.times)-1].Seconds(), float64(o.Rows)/m.median().Seconds(), all[0].median().Seconds()/m.median().Seconds())
	}
	fmt.Fprintln(o.Out, "\nWall times; the ratio is of medians, ours to the line's.")
}

const header = "cognito:username,given_name,family_name,name,email,email_verified,phone_number,phone_number_verified,birthdate,updated_at,cognito:mfa_enabled"

// writeFile writes a file of good rows in no order; it is the same every time.
func writeFile(path string, rows int) (size int64, err error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, header)
	r := rand.New(rand.NewPCG(1, 2))
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abcdefghijklmnopqrstuvwxyz"[r.IntN(26)]
		}
		return string(b)
	}
	for i := range rows {
		given, family := word(4+r.IntN(4)), word(5+r.IntN(5))
		login := fmt.Sprintf("%s.%s.%d", family, given, i)
		fmt.Fprintf(w, "%s,%s,%s,%s %s,%s@example.com,true,+1555%07d,true,%02d/%02d/%d,%d,\n", login, given, family, given, family,
			login, r.IntN(10_000_000), 1+r.IntN(12), 1+r.IntN(28), 1950+r.IntN(55), 1_700_000_000+r.IntN(50_000_000))
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// fileStore is the one file that is imported.
type fileStore struct{ path string }

func (f fileStore) Open(_ context.Context, _ importjob.Upload, offset int64) (io.ReadCloser, error) {
	file, err := os.Open(f.path)
	if err == nil {
		_, err = file.Seek(offset, io.SeekStart)
	}
	return file, err
}

func (fileStore) Remove(context.Context, importjob.Key) error { return nil }

// importOnce runs a job with the engine and the store of a server, from its
// start to its end.
func importOnce(ctx context.Context, path, file string, size int64, rows int) (took time.Duration, err error) {
	store, err := sqlstore.OpenSQLite(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	pool := &userpool.UserPool{
		ID: "us-east-1_Benchmark", Schema: userpool.StandardSchema(), AutoVerified: []string{"email"},
		FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff, PasswordPolicy: userpool.DefaultPasswordPolicy(),
	}
	if err := store.CreatePool(ctx, pool, 10); err != nil {
		return 0, err
	}
	job := &importjob.Job{PoolID: pool.ID, ID: "import-benchmark", State: importjob.Created, Created: time.Now(),
		Upload: importjob.Upload{Name: "file", Size: size}}
	if err := store.CreateJob(ctx, job, 10); err != nil {
		return 0, err
	}
	if _, err := store.UpdateJob(ctx, job.Key(), func(j *importjob.Job) error { return j.Start(time.Now()) }); err != nil {
		return 0, err
	}
	ended := make(chan string, 1)
	engine := importjob.NewEngine(store, fileStore{file}, importjob.Config{Node: "bench", Log: slog.New(endWatch{slog.DiscardHandler, ended})})
	running, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	begun := time.Now()
	go func() { defer close(done); engine.Run(running) }()
	select {
	case <-ended:
	case <-ctx.Done():
	}
	took = time.Since(begun)
	stop()
	<-done
	return took, check(ctx, store, job.Key(), rows)
}

// endWatch is a log that tells when the engine logs a job's end.
type endWatch struct {
	slog.Handler
	ended chan<- string
}

func (endWatch) Enabled(context.Context, slog.Level) bool { return true }
func (w endWatch) WithAttrs([]slog.Attr) slog.Handler     { return w }

func (w endWatch) Handle(_ context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "import job ended") {
		w.ended <- r.Message
	}
	return nil
}

// check makes sure that what was measured happened.
func check(ctx context.Context, store *sqlstore.Store, key importjob.Key, rows int) error {
	job, err := store.Job(ctx, key)
	if err != nil {
		return err
	}
	if job.State != importjob.Succeeded || job.Counts.Imported != int64(rows) {
		return fmt.Errorf("the import ended %s with %+v: %s", job.State, job.Counts, job.Message)
	}
	return nil
}

// settings make the floor's database keep what it commits as ours does.
const settings = "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\nPRAGMA cache_size = -131072;\n.mode csv\n"

// loadFile loads the import file into a table with as many indexes as have
// entries in ours, one of them unique.
func loadFile(ctx context.Context, path, file string, rows int) (time.Duration, error) {
	columns := strings.Split(header, ",")
	for i, c := range columns {
		columns[i] = `"` + c + `" TEXT`
	}
	schema := "CREATE TABLE users (" + strings.Join(columns, ", ") + ");\n" +
		"CREATE UNIQUE INDEX users_0 ON users (\"cognito:username\");\n"
	for i, c := range []string{"email", "phone_number", "name", "given_name", "family_name", "birthdate", "updated_at"} {
		schema += fmt.Sprintf("CREATE INDEX users_%d ON users (%q, \"cognito:username\");\n", i+1, c)
	}
	return load(ctx, path, schema, ".import --skip 1 "+file+" users\n", rows)
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
	if _, err := runSQLite(ctx, ours, script); err != nil {
		return 0, err
	}
	return load(ctx, path, string(schema), ".import "+dump+" users\n", rows)
}

// load makes a database and times the loading of it.
func load(ctx context.Context, path, schema, command string, rows int) (time.Duration, error) {
	begun := time.Now()
	out, err := runSQLite(ctx, path, settings+schema+command+"SELECT count(*) FROM users;\n")
	took := time.Since(begun)
	if err == nil && !strings.HasSuffix(strings.TrimSpace(out), fmt.Sprint(rows)) {
		err = fmt.Errorf("sqlite3 did not load %d rows: %s", rows, out)
	}
	return took, err
}

func runSQLite(ctx context.Context, path, script string) (string, error) {
	cmd := exec.CommandContext(ctx, "sqlite3", path)
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("sqlite3: %w: %s", err, out)
	}
	return string(out), nil
}
