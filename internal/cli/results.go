package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"poolhouse/internal/durable"
)

// resultsQuery is the input of GetUserImportJobResults.
type resultsQuery struct {
	jobKey
	Content   string   `json:",omitempty"`
	Format    string   `json:",omitempty"`
	Verdicts  []string `json:",omitempty"`
	NextToken string   `json:",omitempty"`
}

// resultsCommand is one run of the command.
type resultsCommand struct {
	jobOf
	waiter
	verdicts verdicts
	imported bool
	format   string
	path     string // "" for standard output
	force    bool
}

func newResults() *cobra.Command {
	c := resultsCommand{waiter: waiter{every: time.Second}}
	cmd := &cobra.Command{
		Use:   "results --user-pool-id ID --job-id ID",
		Short: "Get the rows that an import job did not import, as a file",
		Long: "Get the rows that an import job did not import, as a CSV file: their values as the file had them, with what was wrong\n" +
			"and what to write instead beside them. Correct the file, in a spreadsheet for instance, and import its rows by\n" +
			"`poolhouse retry --file`. Cells that a spreadsheet would take for a formula have an apostrophe before them, which is\n" +
			"removed again. With --imported, get the users that the other rows became: line, username, external id and sub.\n" +
			"The rows are kept for 30 days after the job's end. On a terminal, characters that would act on it are escaped; a file\n" +
			"gets them unchanged.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.waiter.out = cmd.ErrOrStderr()
			return c.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	c.jobOf.flags(cmd)
	c.verdicts.flag(cmd.Flags(), keptVerdicts...)
	cmd.Flags().BoolVar(&c.imported, "imported", false, "the users that rows became, in place of the rows that were not imported")
	cmd.Flags().StringVar(&c.format, "format", "csv", "csv, or ndjson: an object of JSON a line")
	cmd.Flags().StringVarP(&c.path, "output", "o", "", "write to this `file`, for its owner only; it appears when it is complete")
	cmd.Flags().BoolVar(&c.force, "force", false, "replace an existing file of --output")
	waitFlag(cmd.Flags(), &c.wait)
	cmd.Flags().Lookup("wait").Usage = "how long to wait for a server that does not answer"
	cmd.MarkFlagsMutuallyExclusive("imported", "verdict")
	return cmd
}

func (c *resultsCommand) run(ctx context.Context, out io.Writer) error {
	query, err := c.query()
	if err == nil {
		err = c.mayWrite()
	}
	if err != nil {
		return err
	}
	cfg, err := c.loadFor(ctx, c.UserPoolId)
	if err != nil {
		return err
	}
	if c.path != "" {
		return c.toFile(ctx, cfg, query)
	}
	if o, is := out.(output); is && o.file() != nil {
		_, err := c.stream(ctx, cfg, query, o.file())
		return err
	}
	w := &recordWriter{out: out}
	_, err = c.stream(ctx, cfg, query, w)
	if w.changed {
		say(c.out, "poolhouse: some characters are written as escapes here; --output FILE writes them as they are\n")
	}
	return err
}

// query returns the input of GetUserImportJobResults.
func (c *resultsCommand) query() (resultsQuery, error) {
	q := resultsQuery{jobKey: c.jobKey, Content: "NOT_IMPORTED", Format: strings.ToUpper(c.format), Verdicts: c.verdicts.all}
	if c.imported {
		q.Content = "IMPORTED"
	}
	if q.Format != "CSV" && q.Format != "NDJSON" {
		return q, fmt.Errorf("--format is %q; it must be csv or ndjson", c.format)
	}
	return q, nil
}

// mayWrite refuses to replace an existing file.
func (c *resultsCommand) mayWrite() error {
	if c.path == "" {
		return nil
	}
	info, err := os.Stat(c.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file; --output must name one, or a new file", c.path)
	case !c.force:
		return fmt.Errorf("%s exists already: name another file, or replace it with --force", c.path)
	}
	return nil
}

// toFile writes the records to the file of --output.
func (c *resultsCommand) toFile(ctx context.Context, cfg aws.Config, query resultsQuery) error {
	file, err := durable.Create(c.path)
	if err != nil {
		return err
	}
	written, err := c.stream(ctx, cfg, query, file)
	if err == nil {
		err = c.mayWrite()
	}
	if err != nil {
		return errors.Join(err, file.Discard())
	}
	if err := file.Commit(); err != nil {
		return err
	}
	say(c.out, "wrote     %s, %s\n", c.path, counted(written, "byte"))
	return nil
}

// stream writes the records page by page as they arrive, and returns the number of bytes.
// It requests a page again if the server does not answer.
func (c *resultsCommand) stream(ctx context.Context, cfg aws.Config, query resultsQuery, out io.Writer) (written int64, err error) {
	for {
		var page struct {
			Records   []string
			NextToken string
		}
		err := c.patiently(ctx, func(ctx context.Context) error {
			page.Records, page.NextToken = nil, ""
			return callOwn(ctx, cfg, "GetUserImportJobResults", query, &page)
		})
		if err != nil {
			return written, err
		}
		for _, record := range page.Records {
			n, err := io.WriteString(out, record)
			if written += int64(n); err != nil {
				return written, err
			}
		}
		if query.NextToken = page.NextToken; query.NextToken == "" {
			return written, nil
		}
	}
}
