// Command poolhouse-bench measures poolhouse on this machine: imports, calls,
// lists and pages of the console, each figure beside the one it is held against.
// It starts the poolhouse program that lies beside it, or the one that --program
// names.
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

// The codes that the program exits with, as poolhouse does.
const (
	exitRefused     = 2
	exitInterrupted = 130
)

// patience is how soon after the first a second signal ends the program.
const patience = time.Second

func main() { os.Exit(run()) }

// run runs the command line and returns the exit code. SIGINT and SIGTERM end
// what runs and remove what it made; one more ends the program at once.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { time.AfterFunc(patience, stop) })
	root := newRoot()
	out, notes := plaintext.NewWriter(os.Stdout), plaintext.NewWriter(os.Stderr)
	root.SetOut(out) // else help is an error
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
