package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"poolhouse/internal/logrole"
)

// importCommand is one run of the command.
type importCommand struct {
	target
	poolID string
	spec   jobSpec
	read   readFlags
	budget budgetFlags
	wait   time.Duration
	check  bool
	shown  rowsShown
}

func newImport() *cobra.Command {
	var c importCommand
	cmd := &cobra.Command{
		Use:   "import FILE --user-pool-id ID",
		Short: "Import users from a CSV file: the whole job in one command",
		Long: "Import users from a CSV file, into Poolhouse or into Amazon Cognito: create the job, upload the\n" +
			"file, start the job and follow it to its end. On a server of your own, the role that writes the log is\n" +
			"created if it is missing; with AWS itself, --role-arn must name one.\n" +
			"Poolhouse reads the file before the job is created: it prints rows, columns and what would fail, and\n" +
			"creates no job from a file that cannot be imported. AWS, and any other server without\n" +
			"CreateUserImportUpload, reads the file when the job runs.\n" +
			"With --check, Poolhouse prints what would happen to each row in the present user pool, and imports nothing.\n\n" +
			helpRead +
			"The user pool keeps the last map; it is used again with --saved-map only. `poolhouse check --write-map` writes one.\n\n" +
			"If the server becomes unavailable after the job was created, the command waits. Ctrl-C stops the job, if it was started.\n" +
			"Exit codes: 0 all rows were imported, 1 some were not, 2 refused, 130 interrupted. With --check and --strict, 1 also\n" +
			"if Amazon Cognito would refuse something of the file.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.spec.budget = c.budget.given(cmd.Flags())
			return c.run(cmd, args[0])
		},
	}
	c.flags(cmd)
	return cmd
}

func (c *importCommand) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	c.target.flags(f)
	f.StringVar(&c.poolID, "user-pool-id", "", "user pool (required)")
	f.StringVar(&c.spec.name, "job-name", "", "name of the job (default from the name of the file)")
	f.StringVar(&c.spec.roleARN, "role-arn", "",
		"role with which the log is written (default "+logrole.DefaultName+", created if it is missing; required with AWS itself)")
	algorithmFlag(f, &c.spec.algorithm)
	waitFlag(f, &c.wait)
	c.read.flagsOfPool(cmd)
	c.budget.flags(f)
	f.BoolVar(&c.check, "check", false, "tell what would become of each row, and import nothing")
	c.shown.flags(f)
	f.Lookup("rows").Usage = "with --check, print `N` rows at most"
	f.Lookup("all").Usage = "with --check, print all rows that would not be imported"
	f.Lookup("json").Usage = "with --check, print JSON"
	required(cmd, "user-pool-id")
}

func waitFlag(f *pflag.FlagSet, wait *time.Duration) {
	f.DurationVar(wait, "wait", 15*time.Minute, "how long to wait for a server that does not answer, once the job is created")
}

func (c *importCommand) run(cmd *cobra.Command, path string) error {
	if err := c.checkFlags(cmd.Flags()); err != nil {
		return err
	}
	var err error
	if c.spec.asked, err = c.read.read(); err != nil {
		return err
	}
	cfg, err := c.loadFor(cmd.Context(), c.poolID)
	if err != nil {
		return err
	}
	if c.spec.name == "" {
		c.spec.name = jobName(path)
	}
	r := newRun(cmd, cfg, c.poolID, c.wait)
	if c.spec.asked, err = c.read.withSaved(cmd.Context(), r, c.spec.asked); err != nil {
		return refusal(err)
	}
	if c.check {
		return refusal(r.check(cmd.Context(), cmd.OutOrStdout(), path, c.spec, &c.shown))
	}
	job, err := r.run(cmd.Context(), path, c.spec)
	return r.ending(cmd, &c.target, job, err)
}

// checkFlags refuses meaningless combinations of flags.
func (c *importCommand) checkFlags(f *pflag.FlagSet) error {
	of, with := []string{"rows", "all", "json"}, "without"
	if c.check {
		of, with = []string{"stop-after-failures", "stop-after-percent", "never-fail", "job-name", "role-arn"}, "with"
	}
	for _, name := range of {
		if f.Changed(name) {
			return fmt.Errorf("--%s means nothing %s --check", name, with)
		}
	}
	return c.shown.check()
}

// newRun returns an import that reports its progress on standard error.
func newRun(cmd *cobra.Command, cfg aws.Config, poolID string, wait time.Duration) *importRun {
	return &importRun{cfg: cfg, client: cognito(cfg), poolID: poolID, waiter: waiter{cmd.ErrOrStderr(), time.Second, wait}}
}

// ending prints how a job ended and returns the exit code. job is nil if it did not end. If
// err is given, its exit code is returned.
func (r *importRun) ending(cmd *cobra.Command, t *target, job *types.UserImportJobType, err error) error {
	if job == nil {
		return err
	}
	code := report(cmd, t, r.cfg, job)
	if r.own {
		r.printRead(cmd.Context(), cmd.OutOrStdout(), job)
		printNextSteps(cmd.OutOrStdout(), t, job)
	}
	if err == nil {
		err = code
	}
	return err
}

// jobName makes a job name of a file's name, without the characters that the API refuses.
func jobName(path string) string {
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || strings.ContainsRune(" +=,.@_-", r)) {
			return r
		}
		return -1
	}, filepath.Base(path))
	return "import " + name[:min(len(name), 100)]
}

// report prints how the job ended and which lines were not imported. It returns the exit
// code.
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

// printWarnings prints the warnings at the beginning of the job's log, without its test
// lines. AWS itself has no such warnings. If the log cannot be read now, the warnings stay
// in it.
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
