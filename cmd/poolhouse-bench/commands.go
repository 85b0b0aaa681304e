package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"poolhouse/internal/bench"
)

func newRoot() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "poolhouse-bench",
		Short: "Measure imports, calls, lists, pages and sign-ins of poolhouse on this machine",
		Long: "Poolhouse-bench measures poolhouse on this machine, each figure beside the one it is held against, both in one run.\n" +
			"It starts servers of its own, in temporary directories (TMPDIR says where).",
		SilenceUsage: true, SilenceErrors: true, Args: cobra.NoArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() }, // else a mistyped command would be help, too
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	cmd.AddCommand(newImport(), newCSV(), newRows(), newAPI(), newList(), newConsole(), newSignIn(), newAttack(), newFloor())
	return cmd
}

// addFlags declares what all benchmarks are asked. several are the
// databases that are measured on unless others are asked for.
func addFlags(cmd *cobra.Command, o *bench.Options, several string) {
	f := cmd.Flags()
	f.StringVar(&o.Program, "program", "", "the poolhouse `program` to measure (default the one beside poolhouse-bench)")
	f.StringSliceVar(&o.On, "on", nil, "`databases`: "+strings.Join(bench.Names(), ",")+" (default "+several+")")
	f.IntVar(&o.Runs, "runs", 3, "runs of each, in turn")
	f.StringVar(&o.Database, "database", "", "`URL` of a PostgreSQL database to measure in: postgres://user:password@host:5432/database")
	f.StringVar(&o.Profile, "profile", "", "`directory` for CPU profiles of the server, made apart from the figures")
	f.StringVar(&o.Markdown, "markdown", "", "`file` whose marked part becomes the tables as Markdown; - for standard output")
}

const installed = "those whose programs are installed"

func newImport() *cobra.Command {
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
	addFlags(cmd, &o, installed)
	cmd.Flags().IntVar(&o.Rows, "rows", 500_000, "rows of the file")
	cmd.Flags().StringSliceVar(&o.Beside, "beside", nil, "other `builds` of poolhouse to import into SQLite with, such as one without cgo")
	cmd.Flags().BoolVar(&o.Growth, "growth", false, "also import ten times the rows, and into a pool that has as many; takes long")
	cmd.Flags().BoolVar(&o.Hashes, "hashes", false, "give each row a hash of a password")
	cmd.Flags().IntVar(&o.Deleted, "deleted", 0, "`users` of the pool that is deleted while another one is written to (default as many as rows)")
	cmd.Flags().Float64Var(&o.Pace, "pace", 25, "calls a second of each of the four clients that work beside an import")
	cmd.Flags().DurationVar(&o.Period, "period", 10*time.Second, "how long those clients are measured alone")
	return cmd
}

func newCSV() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "csv",
		Short: "Measure files as programs write them",
		Long: "Measures imports of a file in Cognito's form and of a plain RFC 4180 file, with import-dialect any and with cognito, and\n" +
			"how quickly files of the same users are looked over that are written in other dialects, encodings and compressed.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.CSV),
	}
	addFlags(cmd, &o, "sqlite")
	o.On = []string{"sqlite"}
	cmd.Flags().IntVar(&o.Rows, "rows", 500_000, "rows of the file")
	return cmd
}

func newRows() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "rows",
		Short: "Measure checks, result files and retries",
		Long: "Measures what it costs to keep the rows that an import does not take, checks of a file into an empty and into a full\n" +
			"pool, result files, and a retry of corrected rows, each beside the import of the same file.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.Rows),
	}
	addFlags(cmd, &o, installed)
	cmd.Flags().IntVar(&o.Rows, "rows", 500_000, "rows of the file")
	cmd.Flags().StringSliceVar(&o.Beside, "beside", nil, "other `builds` of poolhouse to import with, such as one that keeps no rows")
	return cmd
}

func newAPI() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "api",
		Short: "Measure calls and starts of the server",
		Long: "Measures how many calls a second a server answers that has one processor (GOMAXPROCS=1), beside a bare HTTP server\n" +
			"that verifies the same signature and answers the same JSON; how soon a server answers, and what memory it has.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.API),
	}
	addFlags(cmd, &o, "sqlite")
	o.On = []string{"sqlite"}
	cmd.Flags().IntVar(&o.Rows, "rows", 10_000, "users of the pool")
	cmd.Flags().IntVar(&o.Clients, "clients", 8, "clients that call as often as they can")
	cmd.Flags().DurationVar(&o.Period, "period", 5*time.Second, "how long they do")
	return cmd
}

func newList() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Measure lists of users as the pool grows",
		Long:  "Measures the pages of ListUsers through a large pool, and every form of filter in a large and in a small one.",
		Args:  cobra.NoArgs,
		RunE:  measured(&o, bench.List),
	}
	addFlags(cmd, &o, installed)
	cmd.Flags().IntVar(&o.Rows, "rows", 1_000_000, "users of the large pool")
	cmd.Flags().IntVar(&o.Few, "few", 10_000, "users of the small pool")
	return cmd
}

func newConsole() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "console",
		Short: "Measure pages of the console",
		Long:  "Measures how long pages of the console take with a large pool, each beside the call that has most of what it shows.",
		Args:  cobra.NoArgs,
		RunE:  measured(&o, bench.Console),
	}
	addFlags(cmd, &o, "sqlite")
	o.On = []string{"sqlite"}
	cmd.Flags().IntVar(&o.Rows, "rows", 1_000_000, "users of the pool")
	cmd.Flags().IntVar(&o.Lines, "lines", 500_000, "rows of the import that is watched, and of the one whose log is read")
	cmd.Flags().IntVar(&o.Viewers, "viewers", 200, "pages on which an import is watched")
	cmd.Flags().DurationVar(&o.Period, "period", 2*time.Second, "how long each page is opened again and again, each run")
	return cmd
}

func newSignIn() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "signin",
		Short: "Measure sign-ins",
		Long: "Measures sign-ins by password and by SRP and refreshes, beside what they cannot do without; calls while users sign in;\n" +
			"whether times tell which users exist; and a crowd of first sign-ins with hashes that take much memory.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.SignIn),
	}
	addFlags(cmd, &o, installed)
	cmd.Flags().IntVar(&o.Rows, "rows", 2_000, "first sign-ins at once")
	cmd.Flags().IntVar(&o.Few, "few", 400, "users who sign in again and again")
	cmd.Flags().IntVar(&o.Calls, "calls", 2_000, "calls of each kind whose times are compared")
	cmd.Flags().Float64Var(&o.Pace, "pace", 50, "sign-ins a second beside other calls")
	cmd.Flags().IntVar(&o.Clients, "clients", 8, "clients that call as often as they can")
	cmd.Flags().DurationVar(&o.Period, "period", 5*time.Second, "how long they do")
	return cmd
}

func newAttack() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "attack",
		Short: "Measure a server that is attacked",
		Long: "Measures the memory of a server and the time of signed calls while strangers, and keys that may do little, hold all that\n" +
			"they can, and while a file is imported. Attackers use addresses of 127.0.1.0/24; the limit of open files must be over 4,000.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.Attack),
	}
	addFlags(cmd, &o, "sqlite")
	o.On = []string{"sqlite"}
	cmd.Flags().IntVar(&o.Rows, "rows", 200_000, "rows of the file that is imported meanwhile")
	cmd.Flags().IntVar(&o.Few, "few", 12_000, "users of the pool that is called for, and lines of the log that is read")
	cmd.Flags().Float64Var(&o.Pace, "pace", 25, "calls a second of each of four clients")
	cmd.Flags().DurationVar(&o.Period, "period", 15*time.Second, "how long each attack lasts at least")
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

// newFloor is the bare server that calls are held against: what the
// command api starts.
func newFloor() *cobra.Command {
	var answers string
	cmd := &cobra.Command{
		Use: "floor", Short: "Run a bare server that verifies signatures and answers what it is told to",
		Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, secret := os.Getenv(bench.EnvAccessKey), os.Getenv(bench.EnvSecret)
			if key == "" || secret == "" {
				return fmt.Errorf("%s and %s must be set to the key that the calls are signed with", bench.EnvAccessKey, bench.EnvSecret)
			}
			return bench.Floor(cmd.Context(), key, secret, answers, cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&answers, "answers", "", "`file` with the answers")
	return cmd
}
