package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// rowsQuery is the input of ListUserImportJobRows.
type rowsQuery struct {
	jobKey
	Verdicts      []string `json:",omitempty"`
	OnlyCorrected bool     `json:",omitempty"`
	OnlyOpen      bool     `json:",omitempty"`
	FromLine      int64    `json:",omitempty"`
	MaxResults    int
	NextToken     string `json:",omitempty"`
}

// rowsPage is its output. Rows are as the server wrote them.
type rowsPage struct {
	File      struct{ ColumnNames []string }
	Rows      []json.RawMessage
	KeptUntil float64 // seconds since 1970
	NextToken string
	correctedRows
}

// correctedRows is how many rows of a job are corrected, and how many of them passed when
// that was written.
type correctedRows struct{ CorrectedRows, PassingCorrectedRows int64 }

// rowsCommand is one run of the command.
type rowsCommand struct {
	jobOf
	query    rowsQuery
	verdicts verdicts
	cause    causeFlags
	shown    rowsShown
}

func newRows() *cobra.Command {
	var c rowsCommand
	cmd := &cobra.Command{
		Use:   "rows --user-pool-id ID --job-id ID",
		Short: "Print the rows that an import job did not import, and what is wrong in which cell",
		Long: "Print the rows that an import job did not import: for each cell that is wrong its value, what is wrong with it by the\n" +
			"user pool's rules as they are now, and what to write instead. `poolhouse correct` corrects them one by one or all\n" +
			"of a kind, `poolhouse results` writes them to a file, `poolhouse retry` imports them.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context(), cmd.OutOrStdout()) },
	}
	c.flags(cmd)
	f := cmd.Flags()
	c.verdicts.flag(f, "SKIPPED, FAILED, NOT_REACHED")
	c.cause.flags(f, "only rows with")
	f.BoolVar(&c.query.OnlyCorrected, "corrected", false, "only rows that were corrected")
	f.BoolVar(&c.query.OnlyOpen, "open", false, "only rows that were not corrected, or do not pass with their correction")
	f.Int64Var(&c.query.FromLine, "from-line", 0, "only rows from this `line` of the file on")
	c.shown.flags(f)
	f.Lookup("json").Usage = "print an object of JSON a line"
	return cmd
}

// causeFlags name what is wrong, as the commands print it. What is not given may be
// anything.
type causeFlags struct{ column, code, flaw string }

func (c *causeFlags) flags(f *pflag.FlagSet, what string) {
	f.StringVar(&c.code, "code", "", what+" this `code`, such as InvalidPhoneNumber")
	f.StringVar(&c.column, "column", "", what+" something wrong in this `column`")
	f.StringVar(&c.flaw, "flaw", "", what+" this `flaw`, as --json tells it")
}

// none tells whether no cause is named.
func (c *causeFlags) none() bool { return *c == causeFlags{} }

func (c *causeFlags) is(column, code, flaw string) bool {
	return (c.column == "" || c.column == column) && (c.code == "" || c.code == code) && (c.flaw == "" || c.flaw == flaw)
}

// of tells whether a row has such a cause: by the run, or by what is wrong with it now.
func (c *causeFlags) of(r *rejectedRow) bool {
	return c.none() || c.flaw == "" && c.is(r.Column, r.Code, "") ||
		slices.ContainsFunc(r.Findings, func(f finding) bool { return c.is(f.Column, f.Code, f.Flaw) })
}

func (c *rowsCommand) run(ctx context.Context, out io.Writer) error {
	if err := c.shown.check(); err != nil {
		return err
	}
	cfg, err := c.loadFor(ctx, c.UserPoolId)
	if err != nil {
		return err
	}
	c.query.jobKey, c.query.Verdicts = c.jobKey, c.verdicts.upper()
	l := &rowList{cfg: cfg, query: c.query, cause: c.cause, most: c.shown.most()}
	if c.shown.json {
		return l.printJSON(ctx, out)
	}
	return c.print(ctx, out, l)
}

// print prints the rows, and what can be done about them.
func (c *rowsCommand) print(ctx context.Context, out io.Writer, l *rowList) error {
	p := &rowPrinter{out: out, verdicts: became, readings: true}
	var offered offers
	shown := 0
	for r, err := range l.rows(ctx) {
		if err != nil {
			return err
		}
		p.columns = l.page.File.ColumnNames
		if shown++; shown > 1 {
			say(out, "\n")
		}
		p.print(&r.rejectedRow)
		offered.add(&r.rejectedRow)
	}
	switch {
	case l.more:
		say(out, "\n… and more rows: --all prints all of them\n")
	case shown == 0:
		say(out, "no such rows\n")
	}
	say(out, "\n")
	c.printNext(out, l, offered)
	return nil
}

// printNext prints how to go on.
func (c *rowsCommand) printNext(out io.Writer, l *rowList, offered offers) {
	if until := l.page.KeptUntil; until > 0 {
		say(out, "The rows of this job are kept until %s.\n", instant(until))
	}
	if slices.ContainsFunc(offered, func(o offer) bool { return o.reading == "" }) {
		say(out, "To write what is suggested into every cell with one suggestion:\n  %s\n", c.command("correct", "--suggestions"))
	}
	for _, o := range offered {
		if o.reading != "" {
			say(out, "To read every %s as %s:\n  %s\n", o.name(), o.reading, c.command("correct", o.flags()))
		}
	}
	if l.page.CorrectedRows > 0 {
		c.printCorrected(out, l.page.correctedRows)
	}
}

// printCorrected prints how many rows are corrected, and how those that pass are imported.
func (j *jobOf) printCorrected(out io.Writer, n correctedRows) {
	say(out, "%s corrected, and %s with it. To import those that pass:\n  %s\n", are(n.CorrectedRows, "row"),
		passing(n.PassingCorrectedRows), j.command("retry", "--corrected-only"))
}

// are is a number of things that are something.
func are(n int64, one string) string {
	if n == 1 {
		return counted(n, one) + " is"
	}
	return counted(n, one) + " are"
}

func passing(n int64) string {
	if n == 1 {
		return "1 passes"
	}
	return grouped(n) + " pass"
}

// offer is what `poolhouse correct --suggestions` can do: write the one suggestion that cells
// have, or of several the one with a reading.
type offer struct{ column, reading string }

// flags are those that take an offer with a reading.
func (o offer) flags() string {
	if o.column == "" {
		return "--suggestions --reading " + word(o.reading)
	}
	return "--suggestions --column " + word(o.column) + " --reading " + word(o.reading)
}

// name is the column, or what stands for the row as a whole.
func (o offer) name() string {
	if o.column == "" {
		return "row"
	}
	return o.column
}

// offers are those of some rows, in their order.
type offers []offer

// add notes what is offered for a row that failed.
func (all *offers) add(r *rejectedRow) {
	if r.Verdict != "FAILED" {
		return
	}
	for _, f := range r.Findings {
		for _, s := range f.Suggestions {
			o := offer{f.Column, s.Reading}
			if len(f.Suggestions) == 1 {
				o = offer{}
			} else if s.Reading == "" {
				continue
			}
			if !slices.Contains(*all, o) {
				*all = append(*all, o)
			}
		}
	}
}

// rowList is rows of a job that were not imported.
type rowList struct {
	cfg   aws.Config
	query rowsQuery
	cause causeFlags
	most  int // -1 for all

	page rowsPage // the last one
	more bool     // there are rows after most
}

// listedRow is one of them, and how the server wrote it.
type listedRow struct {
	rejectedRow
	raw json.RawMessage
}

// rows are those that are asked for, page by page.
func (l *rowList) rows(ctx context.Context) iter.Seq2[*listedRow, error] {
	return func(yield func(*listedRow, error) bool) {
		left := l.most
		l.query.MaxResults = pageRows
		if l.cause.none() && l.most >= 0 {
			l.query.MaxResults = min(pageRows, l.most+1)
		}
		for {
			l.page = rowsPage{}
			if err := callOwn(ctx, l.cfg, "ListUserImportJobRows", l.query, &l.page); err != nil {
				yield(nil, err)
				return
			}
			for _, text := range l.page.Rows {
				r := &listedRow{raw: text}
				if err := json.Unmarshal(text, &r.rejectedRow); err != nil {
					yield(nil, fmt.Errorf("the server's answer cannot be read: %w", err))
					return
				}
				if !l.cause.of(&r.rejectedRow) {
					continue
				}
				if l.more = left == 0; l.more || !yield(r, nil) {
					return
				}
				left--
			}
			if l.query.NextToken = l.page.NextToken; l.query.NextToken == "" {
				return
			}
		}
	}
}

// printJSON prints the rows as the server wrote them.
func (l *rowList) printJSON(ctx context.Context, out io.Writer) error {
	for r, err := range l.rows(ctx) {
		if err == nil {
			err = printRaw(out, r.raw)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
