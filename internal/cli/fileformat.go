package cli

import (
	"cmp"
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"poolhouse/internal/usercsv"
)

// fileFormat is ImportFormatType: how a file is written.
type fileFormat struct {
	IsCognito        bool
	Packing          string         `json:",omitempty"`
	Encoding         string         `json:",omitempty"`
	HasByteOrderMark bool           `json:",omitempty"`
	LineEnds         string         `json:",omitempty"`
	Separator        string         `json:",omitempty"`
	Quote            string         `json:",omitempty"`
	Escape           string         `json:",omitempty"`
	NoValue          []string       `json:",omitempty"`
	Birthdates       string         `json:",omitempty"`
	Booleans         []fileBooleans `json:",omitempty"`
	Notes            []string       `json:",omitempty"`
}

// fileBooleans is ImportBooleansType.
type fileBooleans struct{ Column, Conversion string }

// rowSeen is ImportRowType.
type rowSeen struct {
	LineNumber int64
	Values     []string `json:",omitempty"`
	Column     string   `json:",omitempty"`
	Message    string   `json:",omitempty"`
}

// otherReading is ImportReadingOfFileType: one possible reading of a file.
type otherReading struct {
	Choice      formatChoice
	Description string    `json:",omitempty"`
	ColumnNames []string  `json:",omitempty"`
	FirstRows   []rowSeen `json:",omitempty"`
}

// formatBy returns the format of a local survey as a server would report it, or nil if no
// header can be read.
func formatBy(l *usercsv.Report) *fileFormat {
	f := l.Format
	if f == nil {
		if l.Count == 0 {
			return nil
		}
		f = new(usercsv.Format)
	}
	words := f.Words()
	told := &fileFormat{
		Packing: string(f.Text.Packing), Encoding: words.Encoding, HasByteOrderMark: l.Dialect.ByteOrderMark,
		Separator: words.Separator, Quote: words.Quote, Escape: words.Escape, Birthdates: string(f.Birthdates), Notes: f.Notes(),
	}
	told.IsCognito = f.IsCognito() && f.Text.Plain() && !f.Text.Mark && len(f.Booleans) == 0 && (f.Birthdates == "" || f.Birthdates == usercsv.MonthFirst)
	if f.Text.CR {
		told.LineEnds = "CR"
	}
	for _, word := range f.Nulls {
		if word != "" && !slices.Contains(told.NoValue, word) {
			told.NoValue = append(told.NoValue, word)
		}
	}
	for _, column := range slices.Sorted(maps.Keys(f.Booleans)) {
		told.Booleans = append(told.Booleans, fileBooleans{column, f.Booleans[column].Name()})
	}
	return told
}

// readingsBy returns the possible readings of a local survey as a server would report them.
func readingsBy(readings []usercsv.OtherReading) (told []otherReading) {
	for _, r := range readings {
		one := otherReading{Choice: formatChoice(r.Choice.Words()), Description: r.Description, ColumnNames: r.Header}
		for _, row := range r.First {
			one.FirstRows = append(one.FirstRows, rowSeen{row.Line, row.Values, row.Column, row.Reason})
		}
		told = append(told, one)
	}
	return told
}

// notes returns the sentences about a file, nil for a file in Cognito's form.
func (f *fileFormat) notes() []string {
	if f == nil {
		return nil
	}
	return f.Notes
}

// printNotes prints sentences below each other, after the label "read as" in a column of the
// given width.
func printNotes(out io.Writer, width int, notes []string) {
	label := "read as"
	for _, note := range notes {
		say(out, "%-*s%s\n", width, label, note)
		label = ""
	}
}

// rowsOfReading is the number of rows shown of each reading.
const rowsOfReading = 3

// printReadings prints the possible readings of a file, the flags that choose each, and the
// first rows that differ.
func printReadings(out io.Writer, readings []otherReading) {
	if len(readings) == 0 {
		return
	}
	say(out, "\nHow the file can be read, and the first rows that differ:\n")
	for i := range readings {
		r := &readings[i]
		say(out, "  --format %s\n", r.Choice.flag())
		if r.Description != "" {
			say(out, "    %s\n", sentenceOf(r.Description))
		}
		for _, row := range r.FirstRows[:min(len(r.FirstRows), rowsOfReading)] {
			say(out, "    line %s: %s\n", grouped(row.LineNumber), cmp.Or(row.Message, strings.Join(r.cells(row, readings), ", ")))
		}
	}
}

// sentenceOf makes a sentence of a text without capital and full stop.
func sentenceOf(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// seenBreaks makes tabs and line breaks visible. As escapes they could equal text of the
// other reading.
var seenBreaks = strings.NewReplacer("\t", "⇥", "\r\n", "↵", "\n", "↵", "\r", "↵")

// cells returns the cells of a row that another reading reads differently, or all cells if
// the readings cannot be compared cell by cell.
func (r *otherReading) cells(row rowSeen, all []otherReading) (cells []string) {
	differs := func(i int) bool {
		for n := range all {
			other := &all[n]
			at := slices.IndexFunc(other.FirstRows, func(o rowSeen) bool { return o.LineNumber == row.LineNumber })
			if at < 0 || len(other.FirstRows[at].Values) != len(row.Values) || !slices.Equal(other.ColumnNames, r.ColumnNames) || other.FirstRows[at].Values[i] != row.Values[i] {
				return true
			}
		}
		return false
	}
	for i, value := range row.Values {
		if !differs(i) {
			continue
		}
		cell := valueShown(seenBreaks.Replace(value))
		if i < len(r.ColumnNames) {
			cell = r.ColumnNames[i] + " is " + cell
		}
		cells = append(cells, cell)
	}
	return cells
}

// printRead prints how the file of an ended job was read, unless that was printed before
// and the job succeeded. If it cannot be requested, the receipt has it.
func (r *importRun) printRead(ctx context.Context, out io.Writer, job *types.UserImportJobType) {
	ctx, done := lingering(ctx)
	defer done()
	var got struct{ Receipt receipt }
	key := jobKey{aws.ToString(job.UserPoolId), aws.ToString(job.JobId)}
	if err := callOwn(ctx, r.cfg, "GetUserImportJobReceipt", key, &got); err != nil {
		return
	}
	if notes := got.Receipt.Format.notes(); job.Status == types.UserImportJobStatusTypeFailed || !slices.Equal(notes, r.told) {
		printNotes(out, labelWidth, notes)
	}
}
