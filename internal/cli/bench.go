package cli

import (
	"github.com/spf13/cobra"

	"poolhouse/internal/bench"
)

func newBench() *cobra.Command {
	var o bench.Options
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure an import beside the bare database loader",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out = cmd.OutOrStdout()
			return bench.Run(cmd.Context(), o)
		},
	}
	cmd.Flags().IntVar(&o.Rows, "rows", 100_000, "rows of the file")
	cmd.Flags().IntVar(&o.Runs, "runs", 3, "runs of each, in turn")
	return cmd
}
