// Package bench has the measurements that users can repeat on their own machines. Each figure
// stands next to its baseline from the same run:
//
//   - imports, and the bare loader of the same database;
//   - files in the formats of other programs, and files in Cognito's format;
//   - checks and result files of rejected rows, and the import;
//   - calls, and a bare HTTP server;
//   - lists of users in a small and in a large pool;
//   - pages of the console, and the calls that return their data.
//
// It measures the poolhouse program as a process that it starts and calls over HTTP like any
// other server. It asserts nothing about times.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Options say what is measured, and on which databases.
type Options struct {
	Program  string        // path of the poolhouse program to measure; "": the one in the directory of this program
	On       []string      // names of the databases; none: all whose programs are installed
	Rows     int           // rows of the file, or users of the pool
	Few      int           // users of the small pool, the baseline of lists
	Lines    int           // rows of the import that is watched, and of the log that is read
	Viewers  int           // pages that watch an import
	Runs     int           // runs of each measurement
	Database string        // URL of a PostgreSQL database to use instead of a server of our own
	Beside   []string      // other builds of the program, to compare imports with
	Growth   bool          // also measure imports of ten times the rows
	Hashes   bool          // the imported rows have password hashes
	Deleted  int           // users of the pool that is deleted while another is written to; 0 for Rows
	Pace     float64       // calls a second of each client during an import
	Clients  int           // clients that call as fast as they can
	Calls    int           // calls of each kind of user in the comparison of times
	Period   time.Duration // how long they call
	Profile  string        // directory for CPU profiles of the server, "" for none
	Out      io.Writer     // for the tables
	Progress io.Writer     // for a line about each step
	Markdown string        // file for the tables as Markdown, - for Out, "" for none
}

// Names returns the databases that can be measured on.
func Names() []string { return []string{"sqlite", "postgres"} }

// errMissing says that a required program is not installed.
var errMissing = errors.New("cannot be measured")

// bench is one run of a command: its options and its report.
type bench struct {
	Options
	report *report
	loads  bool    // also measure the databases' own loaders
	self   program // the program that is measured
	bare   program // the running program, which has the bare server
	others []program
}

// Import measures imports.
func Import(ctx context.Context, o Options) error {
	return o.run(ctx, "import", (*bench).imports)
}

// API measures calls and starts of the server.
func API(ctx context.Context, o Options) error { return o.run(ctx, "api", (*bench).api) }

// List measures lists of users.
func List(ctx context.Context, o Options) error { return o.run(ctx, "list", (*bench).list) }

// Console measures pages of the console.
func Console(ctx context.Context, o Options) error { return o.run(ctx, "console", (*bench).console) }

// Rows measures what is done with rejected rows.
func Rows(ctx context.Context, o Options) error { return o.run(ctx, "rows", (*bench).keptRows) }

// SignIn measures sign-ins.
func SignIn(ctx context.Context, o Options) error { return o.run(ctx, "signin", (*bench).signIn) }

// measure is what a command measures on one database.
type measure func(b *bench, ctx context.Context, e engine) error

// run measures on each database. It reports and skips a database whose programs are not
// installed. That is an error if the database was asked for, or if there is no other.
func (o Options) run(ctx context.Context, name string, do measure) error {
	b, err := o.open(name)
	if err != nil {
		return err
	}
	b.report.paragraph("%s", strings.Join(b.machine(ctx), "\n"))
	var missing []error
	measured := 0
	for _, name := range Names() {
		if len(o.On) > 0 && !slices.Contains(o.On, name) {
			continue
		}
		switch err := b.on(ctx, name, do); {
		case err == nil:
			measured++
		case errors.Is(err, errMissing) && len(o.On) == 0:
			missing = append(missing, err)
			b.report.paragraph("SKIPPED: %v", err)
		default:
			return fmt.Errorf("%s: %w", name, err) // the file keeps the tables of the last complete run
		}
	}
	if measured == 0 {
		return errors.Join(missing...)
	}
	return b.report.close()
}

// open checks the options and sets the defaults.
func (o Options) open(name string) (b *bench, err error) {
	if o.Runs < 1 || o.Rows < 1 || o.Deleted < 0 {
		return nil, errors.New("--runs and --rows must be greater than 0, and --deleted must not be negative")
	}
	for _, name := range o.On {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("cannot measure on a database %q; use one of %s", name, strings.Join(Names(), ", "))
		}
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	if o.Profile != "" {
		if err := os.MkdirAll(o.Profile, 0o777); err != nil {
			return nil, err
		}
	}
	b = &bench{Options: o, loads: name == "import" || name == "rows"}
	if b.self, b.bare, err = o.programs(); err != nil {
		return nil, err
	}
	for _, path := range o.Beside {
		other, err := programAt(path)
		if err != nil {
			return nil, err
		}
		b.others = append(b.others, other)
	}
	b.report, err = newReport(o.Out, name, o.Markdown)
	return b, err
}

// on measures on one database, in a new directory.
func (b *bench) on(ctx context.Context, name string, do measure) (err error) {
	dir, err := os.MkdirTemp("", "poolhouse-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if b.loads {
		if err := needLoader(name); err != nil {
			return err
		}
	}
	e, err := openEngine(ctx, name, dir, b.Database, b.self)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.close(context.WithoutCancel(ctx))) }()
	return do(b, ctx, e)
}

// progress writes a line about a step.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(b.Progress, time.Now().Format(time.TimeOnly)+" "+format+"\n", args...)
}

// needLoader returns an error if a database's own loader is not installed.
func needLoader(database string) error {
	if database == "sqlite" {
		return need("sqlite3", "sqlite3")
	}
	return need("psql", "postgresql")
}

// need returns an error if a program is not installed.
func need(program, debianPackage string) error {
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%w: %s is not installed (Debian: apt-get install %s)", errMissing, program, debianPackage)
	}
	return nil
}
