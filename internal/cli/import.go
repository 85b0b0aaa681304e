package cli

import (
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/spf13/cobra"

	"poolhouse/internal/logrole"
)

func newImport() *cobra.Command {
	var t target
	var poolID string
	var spec jobSpec
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "import FILE --user-pool-id ID",
		Short: "Import users from a CSV file: the whole job in one command",
		Long: "Import users from a CSV file, into Poolhouse or into Amazon Cognito: create the job, upload the\n" +
			"file, start, follow it to its end. On a server of your own the role that the log is written with\n" +
			"is made if it is not there; with AWS itself, --role-arn must name one.\n" +
			"Poolhouse looks at the file before there is a job: it tells rows, columns and what would fail, and no\n" +
			"job is created of a file that cannot be imported. AWS, and any other server that has no\n" +
			"CreateUserImportUpload, looks at the file when the job runs.\n" +
			"A server that goes away after the job was created is waited for. Ctrl-C stops the job, if it was started.\n" +
			"Exit codes: 0 all rows were imported, 1 some were not, 2 refused, 130 interrupted.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := t.loadFor(cmd.Context(), poolID)
			if err != nil {
				return err
			}
			if spec.name == "" {
				spec.name = jobName(args[0])
			}
			r := &importRun{cfg: cfg, client: cognito(cfg), poolID: poolID, out: cmd.ErrOrStderr(), every: time.Second, wait: wait}
			job, err := r.run(cmd.Context(), args[0], spec)
			if job != nil {
				if code := report(cmd, &t, cfg, job); err == nil {
					err = code
				}
			}
			return err
		},
	}
	t.flags(cmd.Flags())
	cmd.Flags().StringVar(&poolID, "user-pool-id", "", "user pool (required)")
	cmd.Flags().StringVar(&spec.name, "job-name", "", "name of the job (default made of the file's)")
	cmd.Flags().StringVar(&spec.roleARN, "role-arn", "",
		"role with which the log is written (default "+logrole.DefaultName+", made if it is not there; required with AWS itself)")
	cmd.Flags().StringVar(&spec.algorithm, "password-hashing-algorithm", "", "of the column password_hash: BCRYPT, SCRYPT, ARGON2ID or PBKDF2_SHA256")
	cmd.Flags().DurationVar(&wait, "wait", 15*time.Minute, "how long to wait for a server that does not answer, once the job is created")
	if err := cmd.MarkFlagRequired("user-pool-id"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

// jobName makes a job's name of a file's: the characters that the API does
// not allow are left out.
func jobName(path string) string {
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || strings.ContainsRune(" +=,.@_-", r)) {
			return r
		}
		return -1
	}, filepath.Base(path))
	return "import " + name[:min(len(name), 100)]
}

// report prints how the job ended and which lines were not imported, and
// turns that into the exit code.
func report(cmd *cobra.Command, t *target, cfg aws.Config, job *types.UserImportJobType) error {
	out := cmd.OutOrStdout()
	say(out, "%s: %s\n", job.Status, aws.ToString(job.CompletionMessage))
	say(out, "imported %s, skipped %s, failed %s\n", grouped(job.ImportedUsers), grouped(job.SkippedUsers), grouped(job.FailedUsers))
	printWarnings(cmd, cfg, job)
	if job.SkippedUsers+job.FailedUsers > 0 || job.Status == types.UserImportJobStatusTypeFailed {
		if err := printLines(cmd, t, cfg, job, 20); err != nil {
			say(cmd.ErrOrStderr(), "poolhouse: the lines that were not imported: %v\n", refusal(err))
		}
	}
	switch {
	case cmd.Context().Err() != nil:
		return &exit{exitInterrupted, nil}
	case job.Status != types.UserImportJobStatusTypeSucceeded || job.SkippedUsers+job.FailedUsers > 0:
		return &exit{exitPartly, nil}
	}
	return nil
}

// printWarnings prints what the job's log has before the lines of the file, save
// its test lines. AWS itself has nothing of it, and what cannot be read now is in
// the log.
func printWarnings(cmd *cobra.Command, cfg aws.Config, job *types.UserImportJobType) {
	ctx, done := lingering(cmd.Context())
	defer done()
	var page logPage
	query := logQuery{UserPoolId: aws.ToString(job.UserPoolId), JobId: aws.ToString(job.JobId), Limit: 1}
	if err := callOwn(ctx, cfg, "GetUserImportJobLog", query, &page); err != nil {
		return
	}
	for _, e := range page.Events {
		if text, is := strings.CutPrefix(e.Message, "[WARNING] "); is {
			say(cmd.ErrOrStderr(), "poolhouse: warning: %s\n", text)
		}
	}
}

// printLines prints the first lines that were not imported.
func printLines(cmd *cobra.Command, t *target, cfg aws.Config, job *types.UserImportJobType, most int) error {
	ctx, done := lingering(cmd.Context())
	defer done()
	query := logQuery{UserPoolId: aws.ToString(job.UserPoolId), JobId: aws.ToString(job.JobId), Verdicts: []string{"SKIPPED", "FAILED"}, Limit: most}
	var page logPage
	if err := callOwn(ctx, cfg, "GetUserImportJobLog", query, &page); err != nil {
		return err
	}
	printEvents(cmd.OutOrStdout(), "  ", page.Events)
	if page.NextToken != "" {
		say(cmd.OutOrStdout(), "  … all of them: poolhouse log --user-pool-id %s --job-id %s --verdict SKIPPED,FAILED%s\n",
			word(query.UserPoolId), word(query.JobId), t.given())
	}
	return nil
}

func printEvents(w io.Writer, indent string, events []logEvent) {
	for _, e := range events {
		say(w, "%s%s\n", indent, e)
	}
}
