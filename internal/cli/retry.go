package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/spf13/cobra"
)

// childQuery is the input of RetryUserImportJob. ResumeUserImportJob takes a part of it.
type childQuery struct {
	jobKey
	JobName       string       `json:",omitempty"`
	Verdicts      []string     `json:",omitempty"`
	OnlyCorrected bool         `json:",omitempty"`
	UploadId      string       `json:",omitempty"`
	ErrorBudget   *errorBudget `json:",omitempty"`
}

// childCommand is one run of retry or resume, which create a child job.
type childCommand struct {
	jobOf
	operation string
	query     childQuery
	verdicts  verdicts
	file      string // file with corrected rows, "" for the kept rows
	budget    budgetFlags
	noStart   bool
	wait      time.Duration
}

func newRetry() *cobra.Command {
	c := childCommand{operation: "RetryUserImportJob"}
	cmd := &cobra.Command{
		Use:   "retry --user-pool-id ID --job-id ID",
		Short: "Import again the rows that an import job did not import",
		Long: "Import again the rows that an import job did not import, with their corrections: a new job of these rows is created,\n" +
			"started and followed to its end, as by `poolhouse import`. By default the job has the kept rows that failed, with\n" +
			"the corrections of `poolhouse correct`; with --file, the rows of a corrected file that `poolhouse results` wrote.\n" +
			"Password hashes come from the first file: no result file has them.\n" +
			"Ctrl-C stops the new job, if it was started.\n" +
			"Exit codes: 0 all rows were imported, 1 some were not, 2 refused, 130 interrupted.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.flags(cmd)
	c.verdicts.flag(cmd.Flags(), keptVerdicts...)
	cmd.Flags().Lookup("verdict").Usage += " (default FAILED; with --file, all rows of the file)"
	cmd.Flags().BoolVar(&c.query.OnlyCorrected, "corrected-only", false, "only rows whose correction passed when it was written")
	cmd.Flags().StringVar(&c.file, "file", "", "corrected `file` of `poolhouse results`, whose rows are imported")
	cmd.MarkFlagsMutuallyExclusive("file", "corrected-only")
	return cmd
}

func newResume() *cobra.Command {
	c := childCommand{operation: "ResumeUserImportJob"}
	cmd := &cobra.Command{
		Use:   "resume --user-pool-id ID --job-id ID",
		Short: "Import the rows that a stopped import job did not reach",
		Long: "Import the rows that a stopped import job did not reach: a new job of these rows is created, started and followed to\n" +
			"its end, as by `poolhouse import`. The stopped job stays stopped.\n" +
			"Ctrl-C stops the new job, if it was started.\n" +
			"Exit codes: 0 all rows were imported, 1 some were not, 2 refused, 130 interrupted.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.flags(cmd)
	return cmd
}

func (c *childCommand) flags(cmd *cobra.Command) {
	c.jobOf.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&c.query.JobName, "job-name", "", "name of the new job (default from the name of the first one)")
	f.BoolVar(&c.noStart, "no-start", false, "create the new job, and do not start it")
	c.budget.flags(f)
	waitFlag(f, &c.wait)
}

func (c *childCommand) run(cmd *cobra.Command) error {
	cfg, err := c.loadFor(cmd.Context(), c.UserPoolId)
	if err != nil {
		return err
	}
	c.query.jobKey, c.query.Verdicts, c.query.ErrorBudget = c.jobKey, c.verdicts.all, c.budget.given(cmd.Flags())
	r := newRun(cmd, cfg, c.UserPoolId, c.wait)
	r.name = cmp.Or(c.query.JobName, "with rows of "+c.JobId)
	job, err := r.outcome(cmd.Context(), func(ctx context.Context) (*types.UserImportJobType, error) { return c.steps(ctx, r) })
	if job == nil && err == nil {
		_, err := io.WriteString(cmd.OutOrStdout(), r.fate()+"\n") // foreign text in it has no line feeds
		return err
	}
	return r.ending(cmd, &c.target, job, err)
}

// steps are the steps of a child job.
func (c *childCommand) steps(ctx context.Context, r *importRun) (*types.UserImportJobType, error) {
	if c.file != "" {
		var err error
		if c.query.UploadId, err = r.sent(ctx, c.file); err != nil {
			return nil, err
		}
	}
	if err := r.make(ctx, c.operation, c.query); err != nil {
		return nil, err
	}
	if r.rows > 0 {
		say(r.out, "          %s\n", counted(r.rows, "row"))
	}
	if c.noStart {
		return nil, nil
	}
	if err := r.start(ctx); err != nil {
		return nil, err
	}
	return r.watch(ctx)
}

// sent uploads a file for the retry of a job, and returns its upload. The operation that
// uses the file reports what is wrong with it.
func (r *importRun) sent(ctx context.Context, path string) (uploadID string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a regular file: after a broken connection the file is read again", path)
	}
	u, err := r.send(ctx, path, "")
	if errors.Is(err, errNotOffered) {
		err = fmt.Errorf("%w and has no RetryUserImportJob: %s", err, keepsNoRows)
	}
	return u.UploadId, err
}
