package cli

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

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
	c.verdicts.flag(f, keptVerdicts...)
	c.cause.flags(f, "only rows with")
	f.BoolVar(&c.query.OnlyCorrected, "corrected", false, "only rows that were corrected")
	f.BoolVar(&c.query.OnlyOpen, "open", false, "only rows that were not corrected, or do not pass with their correction")
	f.Int64Var(&c.query.FromLine, "from-line", 0, "only rows from this `line` of the file on")
	c.shown.flags(f)
	f.Lookup("json").Usage = "print one JSON object a line"
	return cmd
}

// causeFlags select rows by cause, in the values that the commands print. An empty flag
// matches everything.
type causeFlags struct{ column, code, flaw string }

func (c *causeFlags) flags(f *pflag.FlagSet, what string) {
	f.StringVar(&c.code, "code", "", what+" this `code`, such as InvalidPhoneNumber")
	f.StringVar(&c.column, "column", "", what+" something wrong in this `column`")
	f.StringVar(&c.flaw, "flaw", "", what+" this `flaw`, as --json tells it")
}

// none reports whether no cause is selected.
func (c *causeFlags) none() bool { return *c == causeFlags{} }

func (c *causeFlags) is(column, code, flaw string) bool {
	return (c.column == "" || c.column == column) && (c.code == "" || c.code == code) && (c.flaw == "" || c.flaw == flaw)
}

// of reports whether a row has such a cause: that of its verdict, or one of its present
// findings.
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
	c.query.jobKey, c.query.Verdicts = c.jobKey, c.verdicts.all
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

// printCorrected prints how many rows are corrected, and how to import those that pass.
func (j *jobOf) printCorrected(out io.Writer, n correctedRows) {
	say(out, "%s corrected, and %s with it. To import those that pass:\n  %s\n", countedAre(n.CorrectedRows, "row"),
		passing(n.PassingCorrectedRows), j.command("retry", "--corrected-only"))
}

// countedAre returns a number of things with its verb.
func countedAre(n int64, one string) string {
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

// offer is something that `poolhouse correct --suggestions` can do: write the only
// suggestion of cells, or the suggestion of one reading.
type offer struct{ column, reading string }

// flags returns the flags that select an offer with a reading.
func (o offer) flags() string {
	if o.column == "" {
		return "--suggestions --reading " + word(o.reading)
	}
	return "--suggestions --column " + word(o.column) + " --reading " + word(o.reading)
}

// name returns the column, or a text for the row as a whole.
func (o offer) name() string {
	if o.column == "" {
		return "row"
	}
	return o.column
}

// offers are the offers of some rows, in order.
type offers []offer

// add adds the offers of a failed row.
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
