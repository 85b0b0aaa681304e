// Package bench measures an import beside the bare database loader: the same
// file, a database of the same engine with as many indexes, in one run, in
// turn. It owns the file that is measured with, the floors and how the
// figures are shown; it asserts nothing about times.
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
)

// Options say what is measured.
type Options struct {
	On       []string // the databases, by name; none: all whose programs are installed
	Rows     int      // of the file; 0: as many as suit the database
	Runs     int      // of each
	Database string   // URL of a PostgreSQL database to measure in, in place of a server of our own
	Out      io.Writer
}

// part is what is measured on one database.
type part struct {
	name string
	rows int // of the file, unless the options say
	run  func(ctx context.Context, o Options, dir string) error
}

var parts = []part{
	{"sqlite", 100_000, runSQLite},
	{"postgres", 500_000, runPostgres},
}

// Names returns the databases that can be measured on.
func Names() []string {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	return names
}

// errMissing says that a program that a part needs is not installed.
var errMissing = errors.New("cannot be measured")

// Run measures and prints a table for each database. A database whose
// programs are not installed is said to be left out; it is an error if it was
// asked for, or if there is no other.
func Run(ctx context.Context, o Options) error {
	if o.Runs < 1 || o.Rows < 0 {
		return errors.New("there must be at least one run, and rows cannot be less than none")
	}
	for _, name := range o.On {
		if !slices.Contains(Names(), name) {
			return fmt.Errorf("there is no database %q to measure on, but %s", name, strings.Join(Names(), ", "))
		}
	}
	var missing []error
	measured := false
	for _, p := range parts {
		if len(o.On) > 0 && !slices.Contains(o.On, p.name) {
			continue
		}
		err := p.measure(ctx, o)
		switch {
		case err == nil:
			measured = true
		case errors.Is(err, errMissing) && len(o.On) == 0:
			missing = append(missing, err)
			fmt.Fprintf(o.Out, "SKIPPED: %v\n\n", err)
		default:
			return err
		}
	}
	if !measured {
		return errors.Join(missing...)
	}
	fmt.Fprintf(o.Out, "Wall times; the ratio is of the medians of rows/s, the line's to the first line's.\n"+
		"Most memory that this process had, loaders and servers not counted: %.0f MB.\n", float64(peakMemory())/1e6)
	return nil
}

// measure runs the part in a directory that it need not tidy.
func (p part) measure(ctx context.Context, o Options) (err error) {
	if o.Rows == 0 {
		o.Rows = p.rows
	}
	dir, err := os.MkdirTemp("", "poolhouse-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := p.run(ctx, o, dir); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	return nil
}

// need returns an error when a program is not installed.
func need(program, debianPackage string) error {
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%w: %s is not installed (Debian: apt-get install %s)", errMissing, program, debianPackage)
	}
	return nil
}
