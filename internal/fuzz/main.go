package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"regexp"
	"strings"
	"time"
)

func main() {
	each := flag.Duration("for", time.Minute, "how long each target runs")
	only := flag.String("only", "", "regular expression of the targets to run, as PACKAGE.FuzzNAME")
	parallel := flag.Int("parallel", 0, "workers of a target; 0 for one per processor")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *each, *only, *parallel); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

// run runs the targets. It prints a line of the table as each ends.
func run(ctx context.Context, out io.Writer, each time.Duration, only string, parallel int) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	targets, err := find("internal", wanted)
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		return fmt.Errorf("no target matches %q", only)
	}
	begun := time.Now()
	fmt.Fprintf(out, "%d targets, %v each: about %v, plus the time to build them\n\n", len(targets), each, (time.Duration(len(targets)) * each).Round(time.Minute))
	fmt.Fprintf(out, "%-52s %12s %12s  %s\n", "target", "executions", "new inputs", "")
	var all figures
	failed := 0
	for _, t := range targets {
		f, output, err := t.run(ctx, each, parallel)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		all.executions += f.executions
		all.inputs += f.inputs
		fmt.Fprintf(out, "%-52s %12d %12d  %s\n", t, f.executions, f.inputs, verdict(f, err))
		if err != nil {
			failed++
			fmt.Fprintf(out, "%s\n", output)
		}
	}
	fmt.Fprintf(out, "%-52s %12d %12d  in %v\n", fmt.Sprintf("%d targets", len(targets)), all.executions, all.inputs, time.Since(begun).Round(time.Second))
	if failed > 0 {
		return fmt.Errorf("%d targets failed", failed)
	}
	return nil
}

// verdict says how a target ended; "" means success.
func verdict(f figures, err error) string {
	switch {
	case err != nil:
		return "FAILED"
	case f.skipped:
		return "SKIPPED: a requirement is missing"
	}
	return ""
}

// target is a fuzz target of a package. pkg is a path below internal.
type target struct{ pkg, name string }

func (t target) String() string { return t.pkg + "." + t.name }

// run runs the target for a while. It returns the output of go test.
func (t target) run(ctx context.Context, each time.Duration, parallel int) (figures, string, error) {
	args := []string{"test", "./" + path.Join("internal", t.pkg), "-run", "^$", "-v", "-fuzz", "^" + t.name + "$", "-fuzztime", each.String()}
	if parallel > 0 {
		args = append(args, "-parallel", fmt.Sprint(parallel))
	}
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, cmp.Or(os.Getenv("GO"), "go"), args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stdout, cmd.Stderr = &output, &output
	err := cmd.Run()
	f := read(output.String())
	if err == nil && f.executions == 0 && !f.skipped {
		err = fmt.Errorf("%s ran nothing", t)
	}
	return f, strings.TrimSpace(output.String()), err
}
