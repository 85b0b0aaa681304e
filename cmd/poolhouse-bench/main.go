// Command poolhouse-bench measures poolhouse on this machine: imports, calls, lists and pages
// of the console, each figure next to its baseline. It starts the poolhouse program in its
// own directory, or the one that --program names.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"poolhouse/internal/plaintext"
)

// The exit codes, the same as those of poolhouse.
const (
	exitRefused     = 2
	exitInterrupted = 130
)

// patience is how long after the first signal a second one is ignored.
const patience = time.Second

func main() { os.Exit(run()) }

// run runs the command line and returns the exit code. SIGINT and SIGTERM end the run and
// remove its files. A second signal ends the program at once.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { time.AfterFunc(patience, stop) })
	root := newRoot()
	out, notes := plaintext.NewWriter(os.Stdout), plaintext.NewWriter(os.Stderr)
	root.SetOut(out) // otherwise help is printed to standard error
	root.SetErr(notes)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case ctx.Err() == nil:
		fmt.Fprintf(notes, "poolhouse-bench: %v\n", err)
		return exitRefused
	case errors.Is(err, context.Canceled):
		err = errors.New("interrupted")
	}
	fmt.Fprintf(notes, "poolhouse-bench: %v\n", err)
	return exitInterrupted
}
