package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"poolhouse/internal/bench"
)

func newBench() *cobra.Command {
	var o bench.Options
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure an import beside the bare database loader",
		Long: "Bench measures how long an import takes, beside the bare loader of the same database: sqlite3 .import and psql \\copy.\n" +
			"PostgreSQL is measured on a server that is started for it, or in the database of --database, in schemas that are\n" +
			"removed again.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out = cmd.OutOrStdout()
			return bench.Run(cmd.Context(), o)
		},
	}
	cmd.Flags().StringSliceVar(&o.On, "on", nil, "`databases`: "+strings.Join(bench.Names(), ",")+" (default those whose programs are installed)")
	cmd.Flags().IntVar(&o.Rows, "rows", 0, "rows of the file (default 100000 on SQLite, 500000 on PostgreSQL)")
	cmd.Flags().IntVar(&o.Runs, "runs", 3, "runs of each, in turn")
	cmd.Flags().StringVar(&o.Database, "database", "", "`URL` of a PostgreSQL database to measure in: postgres://user:password@host:5432/database")
	return cmd
}
