package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"
)

// correction is ImportCorrectionType.
type correction struct {
	LineNumber int64
	Values     []correctedValue `json:",omitempty"`
	Text       string           `json:",omitempty"`
	Reset      bool             `json:",omitempty"`
}

// correctedValue is ImportCorrectedValueType.
type correctedValue struct{ Column, Value string }

// correctCommand is one run of the command.
type correctCommand struct {
	jobOf
	correction
	suggestions bool
	cause       causeFlags
	reading     string
}

func newCorrect() *cobra.Command {
	var c correctCommand
	cmd := &cobra.Command{
		Use:   "correct --user-pool-id ID --job-id ID {--line N {COLUMN=VALUE... | --text ROW | --reset} | --suggestions}",
		Short: "Correct rows that an import job did not import",
		Long: "Correct rows that an import job did not import. The row is judged again at once, and nothing is imported yet:\n" +
			"`poolhouse retry --corrected-only` does that.\n\n" +
			"  poolhouse correct … --line 7 phone_number=+14325551212 email_verified=true\n" +
			"  poolhouse correct … --line 9 --text 'ada,ada@example.com,true'      # a row that cannot be split into cells\n" +
			"  poolhouse correct … --line 9 --reset                                # as the file had it\n" +
			"  poolhouse correct … --suggestions --column phone_number --code InvalidPhoneNumber\n" +
			"  poolhouse correct … --suggestions --column birthdate --reading DAY_FIRST\n\n" +
			"--suggestions writes the one value that is suggested into each cell that has one, as `poolhouse rows` prints them.\n" +
			"If a cell has several suggestions, --reading selects one; without it such cells stay as they are. So do cells that\n" +
			"were corrected before.\n" +
			"Exit codes: 0 the row passes now, or no cell is left open, 1 it does not pass yet, or some are, 2 refused.",
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	c.flags(cmd)
	f := cmd.Flags()
	f.Int64Var(&c.LineNumber, "line", 0, "`line` on which the row begins, as `poolhouse rows` prints it")
	f.StringVar(&c.Text, "text", "", "write this in place of the whole row, which cannot be split into its columns")
	f.BoolVar(&c.Reset, "reset", false, "undo the corrections of the row")
	f.BoolVar(&c.suggestions, "suggestions", false, "write what is suggested into all cells of a kind")
	c.cause.flags(f, "with --suggestions, only cells with")
	f.StringVar(&c.reading, "reading", "", "with --suggestions, which of several suggestions, such as DAY_FIRST")
	cmd.MarkFlagsOneRequired("line", "suggestions")
	cmd.MarkFlagsMutuallyExclusive("line", "suggestions")
	for _, name := range []string{"column", "code", "flaw", "reading"} {
		cmd.MarkFlagsMutuallyExclusive("line", name)
	}
	for _, name := range []string{"text", "reset"} {
		cmd.MarkFlagsMutuallyExclusive("suggestions", name)
	}
	return cmd
}

func (c *correctCommand) run(cmd *cobra.Command, args []string) error {
	if err := c.read(args); err != nil {
		return err
	}
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	cfg, err := c.loadFor(ctx, c.UserPoolId)
	if err != nil {
		return err
	}
	if c.suggestions {
		return c.suggest(ctx, out, cfg)
	}
	return c.correct(ctx, out, cfg)
}

// read parses the arguments.
func (c *correctCommand) read(args []string) error {
	if c.suggestions && len(args) > 0 {
		return fmt.Errorf("%q is given beside --suggestions, which writes the suggested values; give --line for a value of your own", args[0])
	}
	for _, arg := range args {
		column, value, is := strings.Cut(arg, "=")
		if !is || column == "" {
			return fmt.Errorf("%q must be COLUMN=VALUE, such as phone_number=+14325551212", arg)
		}
		c.Values = append(c.Values, correctedValue{column, value})
	}
	if !c.suggestions && len(c.Values) == 0 && c.Text == "" && !c.Reset {
		return errors.New("there is nothing to write: give COLUMN=VALUE, --text or --reset")
	}
	return nil
}

// correct corrects one row, and prints it with its new findings.
func (c *correctCommand) correct(ctx context.Context, out io.Writer, cfg aws.Config) error {
	in := struct {
		jobKey
		Corrections []correction
	}{c.jobKey, []correction{c.correction}}
	var got struct {
		Rows []rejectedRow
		correctedRows
	}
	if err := callOwn(ctx, cfg, "CorrectUserImportJobRows", in, &got); err != nil {
		return err
	}
	p := &rowPrinter{out: out, columns: c.columns(ctx, cfg), verdicts: became, readings: true}
	passes := true
	for i := range got.Rows {
		p.print(&got.Rows[i])
		passes = passes && len(got.Rows[i].Findings) == 0
	}
	c.printNext(out, got.correctedRows)
	if !passes {
		return &exit{exitPartly, nil}
	}
	return nil
}

// columns returns the columns of the job's file, or nil if they are not known.
func (c *correctCommand) columns(ctx context.Context, cfg aws.Config) []string {
	var page rowsPage
	if err := callOwn(ctx, cfg, "ListUserImportJobRows", rowsQuery{jobKey: c.jobKey, FromLine: c.LineNumber, MaxResults: 1}, &page); err != nil {
		return nil // they only make the output easier to read
	}
	return page.File.ColumnNames
}

// printNext prints how to import the corrected rows.
func (c *correctCommand) printNext(out io.Writer, n correctedRows) {
	if n.CorrectedRows == 0 {
		say(out, "No row of this job is corrected.\n")
		return
	}
	c.printCorrected(out, n)
}

// suggest writes the suggestions into all selected cells.
func (c *correctCommand) suggest(ctx context.Context, out io.Writer, cfg aws.Config) error {
	kinds, err := c.kinds(ctx, cfg)
	if err != nil {
		return err
	}
	if len(kinds) == 0 {
		say(out, "no cell has a suggestion\n")
		return &exit{exitPartly, nil}
	}
	var last correctedRows
	open := int64(0)
	for _, k := range kinds {
		done, err := c.apply(ctx, cfg, k)
		if err != nil {
			return err
		}
		say(out, "%s: %s corrected, %s left open%s\n", k, counted(done.AppliedRows, "row"), grouped(done.OpenRows), inBrackets(withComma(k.code, k.flaw)))
		last, open = done.correctedRows, open+done.OpenRows
	}
	c.printNext(out, last)
	if open > 0 {
		say(out, "To see those that are open:\n  %s\n", c.command("rows", "--open --verdict FAILED"))
		return &exit{exitPartly, nil}
	}
	return nil
}

// kind is a cause whose cells have suggestions.
type kind struct{ column, code, flaw string }

// String returns the column, or a text for the row as a whole.
func (k kind) String() string {
	if k.column == "" {
		return "the row as a whole"
	}
	return k.column
}

// kinds returns the selected causes whose cells have suggestions.
func (c *correctCommand) kinds(ctx context.Context, cfg aws.Config) (kinds []kind, err error) {
	l := &rowList{cfg: cfg, query: rowsQuery{jobKey: c.jobKey, OnlyOpen: true, Verdicts: []string{"FAILED"}}, cause: c.cause, most: -1}
	for r, err := range l.rows(ctx) {
		if err != nil {
			return nil, err
		}
		for _, f := range r.Findings {
			k := kind{f.Column, f.Code, f.Flaw}
			if len(f.Suggestions) > 0 && c.cause.is(f.Column, f.Code, f.Flaw) && !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	return kinds, nil
}

// appliedSuggestions is the output of ApplyUserImportSuggestions.
type appliedSuggestions struct {
	AppliedRows, OpenRows int64
	correctedRows
}

// apply writes the suggestions of one kind.
func (c *correctCommand) apply(ctx context.Context, cfg aws.Config, k kind) (done appliedSuggestions, err error) {
	type cause struct {
		Column string `json:",omitempty"`
		Code   string
		Flaw   string `json:",omitempty"`
	}
	in := struct {
		jobKey
		Cause   cause
		Reading string `json:",omitempty"`
	}{c.jobKey, cause{k.column, k.code, k.flaw}, c.reading}
	err = callOwn(ctx, longer(cfg, fileLimit), "ApplyUserImportSuggestions", in, &done)
	return done, err
}
