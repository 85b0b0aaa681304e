package cli

import (
	"github.com/spf13/cobra"
)

// logQuery is the input of GetUserImportJobLog.
type logQuery struct {
	UserPoolId string
	JobId      string
	Verdicts   []string `json:",omitempty"`
	Limit      int      `json:",omitempty"`
	NextToken  string   `json:",omitempty"`
}

// logPage is the printed part of the output of GetUserImportJobLog.
type logPage struct {
	Events    []logEvent
	NextToken string
}

// logEvent is one line of the log. Advice adds to Cognito's own message what was wrong with
// the row and what to write instead.
type logEvent struct{ Message, Advice string }

// String returns the printed line.
func (e logEvent) String() string { return sentences(e.Message, e.Advice) }

func newLog() *cobra.Command {
	var t target
	var only verdicts
	q := logQuery{Limit: 10_000}
	cmd := &cobra.Command{
		Use:   "log --user-pool-id ID --job-id ID",
		Short: "Print what became of each line of an import file",
		Long: "Print what became of each line of an import file: the lines of Cognito's result log, each with what was wrong with\n" +
			"the row and what to write instead. `poolhouse rows` prints the cells of the rows that were not imported.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := t.loadFor(cmd.Context(), q.UserPoolId)
			if err != nil {
				return err
			}
			for q.Verdicts = only.all; ; {
				var page logPage
				if err := callOwn(cmd.Context(), cfg, "GetUserImportJobLog", q, &page); err != nil {
					return err
				}
				printEvents(cmd.OutOrStdout(), "", page.Events)
				if q.NextToken = page.NextToken; q.NextToken == "" {
					return nil
				}
			}
		},
	}
	t.flags(cmd.Flags())
	cmd.Flags().StringVar(&q.UserPoolId, "user-pool-id", "", "user pool (required)")
	cmd.Flags().StringVar(&q.JobId, "job-id", "", "import job (required)")
	only.flag(cmd.Flags(), "SUCCEEDED", "SKIPPED", "FAILED")
	required(cmd, "user-pool-id", "job-id")
	return cmd
}
