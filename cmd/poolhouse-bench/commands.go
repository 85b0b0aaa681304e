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
		Long: "Poolhouse-bench measures poolhouse on this machine, each figure next to its baseline from the same run.\n" +
			"It starts servers of its own, in temporary directories (TMPDIR says where).",
		SilenceUsage: true, SilenceErrors: true, Args: cobra.NoArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() }, // otherwise a mistyped command would print help, too
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	cmd.AddCommand(newImport(), newCSV(), newRows(), newAPI(), newList(), newConsole(), newSignIn(), newAttack(), newFloor())
	return cmd
}

// addFlags declares the flags of all benchmarks. several names the databases that are
// measured by default.
func addFlags(cmd *cobra.Command, o *bench.Options, several string) {
	f := cmd.Flags()
	f.StringVar(&o.Program, "program", "", "the poolhouse `program` to measure (default the one beside poolhouse-bench)")
	f.StringSliceVar(&o.On, "on", nil, "`databases`: "+strings.Join(bench.Names(), ",")+" (default "+several+")")
	f.IntVar(&o.Runs, "runs", 3, "runs of each measurement, alternating")
	f.StringVar(&o.Database, "database", "", "`URL` of a PostgreSQL database to measure in: postgres://user:password@host:5432/database")
	f.StringVar(&o.Profile, "profile", "", "`directory` for CPU profiles of the server, in a run of its own")
	f.StringVar(&o.Markdown, "markdown", "", "Markdown `file` whose marked part is replaced by the tables; - for standard output")
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
	cmd.Flags().BoolVar(&o.Growth, "growth", false, "also import ten times the rows, and into a pool with as many users; takes long")
	cmd.Flags().BoolVar(&o.Hashes, "hashes", false, "give each row a password hash")
	cmd.Flags().IntVar(&o.Deleted, "deleted", 0, "`users` of the pool that is deleted while another one is written to (default: the number of rows)")
	cmd.Flags().Float64Var(&o.Pace, "pace", 25, "calls a second of each of the four clients during an import")
	cmd.Flags().DurationVar(&o.Period, "period", 10*time.Second, "how long those clients are measured alone")
	return cmd
}

func newCSV() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "csv",
		Short: "Measure files in the formats of other programs",
		Long: "Measures imports of a file in Cognito's form and of a plain RFC 4180 file, with import-dialect any and with cognito, and\n" +
			"how long the survey of the same users takes in other dialects, encodings and compressed.",
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
		Long: "Measures the cost of keeping rejected rows, checks of a file into an empty and into a full\n" +
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
	cmd.Flags().IntVar(&o.Clients, "clients", 8, "clients that call as fast as they can")
	cmd.Flags().DurationVar(&o.Period, "period", 5*time.Second, "how long they call")
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
	cmd.Flags().IntVar(&o.Lines, "lines", 500_000, "rows of the import that is watched, and of the result log that is read")
	cmd.Flags().IntVar(&o.Viewers, "viewers", 200, "pages that watch an import")
	cmd.Flags().DurationVar(&o.Period, "period", 2*time.Second, "how long each page is opened repeatedly in a run")
	return cmd
}

func newSignIn() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "signin",
		Short: "Measure sign-ins",
		Long: "Measures sign-ins by password and by SRP and refreshes, beside the computations that they need; calls while users sign in;\n" +
			"whether response times reveal which users exist; and many first sign-ins at once with hashes that need much memory.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.SignIn),
	}
	addFlags(cmd, &o, installed)
	cmd.Flags().IntVar(&o.Rows, "rows", 2_000, "first sign-ins at once")
	cmd.Flags().IntVar(&o.Few, "few", 400, "users who sign in repeatedly")
	cmd.Flags().IntVar(&o.Calls, "calls", 2_000, "calls of each kind in the comparison of times")
	cmd.Flags().Float64Var(&o.Pace, "pace", 50, "sign-ins a second during other calls")
	cmd.Flags().IntVar(&o.Clients, "clients", 8, "clients that call as fast as they can")
	cmd.Flags().DurationVar(&o.Period, "period", 5*time.Second, "how long they call")
	return cmd
}

func newAttack() *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "attack",
		Short: "Measure a server under attack",
		Long: "Measures the memory of a server and the time of signed calls while strangers, and keys with few permissions, hold all that\n" +
			"they can, and while a file is imported. Attackers use addresses of 127.0.1.0/24; the limit of open files must be over 4,000.",
		Args: cobra.NoArgs,
		RunE: measured(&o, bench.Attack),
	}
	addFlags(cmd, &o, "sqlite")
	o.On = []string{"sqlite"}
	cmd.Flags().IntVar(&o.Rows, "rows", 200_000, "rows of the file that is imported during the attack")
	cmd.Flags().IntVar(&o.Few, "few", 12_000, "users of the pool in the calls, and lines of the result log")
	cmd.Flags().Float64Var(&o.Pace, "pace", 25, "calls a second of each of four clients")
	cmd.Flags().DurationVar(&o.Period, "period", 15*time.Second, "minimum duration of each attack")
	return cmd
}

// measured returns the function that runs a benchmark.
func measured(o *bench.Options, run benchmark) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		o.Out, o.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
		return run(cmd.Context(), *o)
	}
}

type benchmark func(context.Context, bench.Options) error

// newFloor returns the command for the bare server, the baseline of calls. The command api
// starts it.
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
