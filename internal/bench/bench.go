// Package bench measures what users can measure again on their own machines:
// imports beside the bare loader of the same database, files as programs write them
// beside those in Cognito's form, checks and what becomes of
// rows that were not imported beside the import, calls beside a bare
// HTTP server, lists of users as the pool grows, and pages of the console.
//
// What is measured is the poolhouse program, as a process that is started for it
// and spoken to over HTTP like any other server. Each figure stands beside
// the one it is held against, both from the same run. It asserts nothing
// about times.
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

// Options say what is measured, and on what.
type Options struct {
	Program  string        // path of the poolhouse program that is measured; "": the one beside the program that runs
	On       []string      // the databases, by name; none: all whose programs are installed
	Rows     int           // of the file, or users of the pool
	Few      int           // users of the small pool that lists are held against
	Lines    int           // of the file whose import is watched, and of the log that is read
	Viewers  int           // people who watch an import
	Runs     int           // of each
	Database string        // URL of a PostgreSQL database to measure in, in place of a server of our own
	Beside   []string      // other builds of the program, to import with beside this one
	Growth   bool          // also measure imports of ten times the rows
	Hashes   bool          // the rows of imports have hashes of passwords
	Deleted  int           // users of the pool that is deleted while another is written to; 0 for Rows
	Pace     float64       // calls a second of each client that works beside an import
	Clients  int           // that call as often as they can
	Calls    int           // of each kind of user whose times are compared
	Period   time.Duration // how long they do
	Profile  string        // directory for CPU profiles of the server, "" for none
	Out      io.Writer     // the tables
	Progress io.Writer     // a line for each thing that was done
	Markdown string        // file for the tables as Markdown, - for Out, "" for none
}

// Names returns the databases that can be measured on.
func Names() []string { return []string{"sqlite", "postgres"} }

// errMissing says that a program that is needed is not installed.
var errMissing = errors.New("cannot be measured")

// bench is one run of a command: what it was asked for and what it tells.
type bench struct {
	Options
	report *report
	loads  bool    // with the databases' own loaders, too
	self   program // that is measured
	bare   program // that runs, and has the bare server
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

// Rows measures what is done with rows that an import does not take.
func Rows(ctx context.Context, o Options) error { return o.run(ctx, "rows", (*bench).keptRows) }

// SignIn measures sign-ins.
func SignIn(ctx context.Context, o Options) error { return o.run(ctx, "signin", (*bench).signIn) }

// measure is what a command measures on one database.
type measure func(b *bench, ctx context.Context, e engine) error

// run measures on each database. A database whose programs are not installed
// is said to be left out; it is an error if it was asked for, or if there is
// no other.
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
			return fmt.Errorf("%s: %w", name, err) // the file keeps the tables of a run that was whole
		}
	}
	if measured == 0 {
		return errors.Join(missing...)
	}
	return b.report.close()
}

// open checks the options and fills in what was left out.
func (o Options) open(name string) (b *bench, err error) {
	if o.Runs < 1 || o.Rows < 1 || o.Deleted < 0 {
		return nil, errors.New("there must be at least one run, and one row")
	}
	for _, name := range o.On {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("there is no database %q to measure on, but %s", name, strings.Join(Names(), ", "))
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

// on measures on one database, in a directory of its own.
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

// progress writes a line about what was done.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(b.Progress, time.Now().Format(time.TimeOnly)+" "+format+"\n", args...)
}

// needLoader returns an error when a database's own loader is not installed.
func needLoader(database string) error {
	if database == "sqlite" {
		return need("sqlite3", "sqlite3")
	}
	return need("psql", "postgresql")
}

// need returns an error when a program is not installed.
func need(program, debianPackage string) error {
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%w: %s is not installed (Debian: apt-get install %s)", errMissing, program, debianPackage)
	}
	return nil
}
