package cli

import (
	"context"
	"errors"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"poolhouse/internal/bench"
	"poolhouse/internal/config"
)

func newBench() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure imports, calls and lists on this machine",
		Long: "Bench measures this program on this machine, each figure beside the one it is held against, both in one run.\n" +
			"It starts servers of its own, in temporary directories (TMPDIR says where).",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBenchImport(), newBenchAPI(), newBenchList(), newBenchServe(), newBenchFloor())
	return cmd
}

// benchFlags declares what all benchmarks are asked. several are the
// databases that are measured on unless others are asked for.
func benchFlags(cmd *cobra.Command, o *bench.Options, several string) {
	f := cmd.Flags()
	f.StringSliceVar(&o.On, "on", nil, "`databases`: "+strings.Join(bench.Names(), ",")+" (default "+several+")")
	f.IntVar(&o.Runs, "runs", 3, "runs of each, in turn")
	f.StringVar(&o.Database, "database", "", "`URL` of a PostgreSQL database to measure in: postgres://user:password@host:5432/database")
	f.StringVar(&o.Profile, "profile", "", "`directory` for CPU profiles of the server, made apart from the figures")
	f.StringVar(&o.Markdown, "markdown", "", "`file` whose marked part becomes the tables as Markdown; - for standard output")
}

const installed = "those whose programs are installed"

func newBenchImport() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Measure imports beside the bare database loader",
		Long: "Measures how long an import takes, from the call that starts it to its end, beside the bare loader of the same\n" +
			"database: sqlite3 .import and psql \\copy. PostgreSQL is measured on a server that is started for it, or in the\n" +
			"database of --database, in schemas that are removed again.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.Import),
	}
	benchFlags(cmd, &o, installed)
	cmd.Flags().IntVar(&o.Rows, "rows", 500_000, "rows of the file")
	cmd.Flags().StringSliceVar(&o.Beside, "beside", nil, "other `builds` of poolhouse to import into SQLite with, such as one without cgo")
	cmd.Flags().BoolVar(&o.Growth, "growth", false, "also import ten times the rows, and into a pool that has as many; takes long")
	cmd.Flags().Float64Var(&o.Pace, "pace", 25, "calls a second of each of the four clients that work beside an import")
	cmd.Flags().DurationVar(&o.Period, "period", 10*time.Second, "how long those clients are measured alone")
	return cmd
}

func newBenchAPI() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "api",
		Short: "Measure calls and starts of the server",
		Long: "Measures how many calls a second a server answers that has one processor (GOMAXPROCS=1), beside a bare HTTP server\n" +
			"that verifies the same signature and answers the same JSON; how soon a server answers, and what memory it has.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.API),
	}
	benchFlags(cmd, &o, "sqlite")
	o.On = []string{"sqlite"}
	cmd.Flags().IntVar(&o.Rows, "rows", 10_000, "users of the pool")
	cmd.Flags().IntVar(&o.Clients, "clients", 8, "clients that call as often as they can")
	cmd.Flags().DurationVar(&o.Period, "period", 5*time.Second, "how long they do")
	return cmd
}

func newBenchList() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Measure lists of users as the pool grows",
		Long:  "Measures the pages of ListUsers through a large pool, and every form of filter in a large and in a small one.",
		Args:  cobra.NoArgs,
		RunE:  measured(&o, bench.List),
	}
	benchFlags(cmd, &o, installed)
	cmd.Flags().IntVar(&o.Rows, "rows", 1_000_000, "users of the large pool")
	cmd.Flags().IntVar(&o.Few, "few", 10_000, "users of the small pool")
	return cmd
}

// measured runs a benchmark.
func measured(o *bench.Options, run benchmark) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		o.Out, o.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
		return run(cmd.Context(), *o)
	}
}

type benchmark func(context.Context, bench.Options) error

// newBenchServe is the server with a profile of its life: what bench --profile
// starts.
func newBenchServe() *cobra.Command {
	var path string
	cmd := newServe()
	cmd.Hidden = true
	cmd.Flags().StringVar(&path, "cpu-profile", "", "`file` for the profile")
	serve := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		out, err := os.Create(path)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
		return serve(cmd, args)
	}
	return cmd
}

// newBenchFloor is the bare server that calls are held against: what bench
// api starts.
func newBenchFloor() *cobra.Command {
	var answers string
	cmd := &cobra.Command{
		Use: "floor", Short: "Run a bare server that verifies signatures and answers what it is told to",
		Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := config.RootCredentials("", os.Getenv)
			if err != nil {
				return err
			}
			return bench.Floor(cmd.Context(), root.AccessKeyID, root.Secret, answers, cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&answers, "answers", "", "`file` with the answers")
	return cmd
}
