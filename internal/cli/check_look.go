package cli

import (
	"context"
	"io"
	"os"

	"poolhouse/internal/usercsv"
)

// pageFile is how many rows are kept of a file that is checked here. For more, it is read
// again.
const pageFile = 50_000

// fileCheck is a file that is checked here, by the rules alone.
type fileCheck struct {
	path string
	want usercsv.Import
}

// page looks at the whole file, and returns the rows that would not be imported from a
// line on.
func (f *fileCheck) page(ctx context.Context, from int64, most int) (*checkResult, error) {
	want := f.want
	want.FromLine, want.MaxRejected = from, most
	if most == 0 {
		want.MaxRejected = -1
	}
	look, err := usercsv.LookAt(func() (io.ReadCloser, error) { return openUntil(ctx, f.path) }, usercsv.Limits{}, want)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return checkedBy(look), nil
}

// openUntil opens a file whose reading ends with a context.
func openUntil(ctx context.Context, path string) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { file.Close() })
	return closing{file, func() error { stop(); return file.Close() }}, nil
}

// closing is a reader that is closed by a function.
type closing struct {
	io.Reader
	close func() error
}

func (c closing) Close() error { return c.close() }

// checkedBy tells of a look at a file as a server would.
func checkedBy(l *usercsv.Look) *checkResult {
	c := &checkResult{
		FileSize: l.Size, FileSha256: l.SHA256, TotalRows: l.Rows, PassingRows: l.Passing, SkippedRows: l.Skipped, FailingRows: l.Failing, NextLine: l.NextLine, ColumnNames: l.Header,
	}
	for _, p := range l.Problems {
		c.Problems = append(c.Problems, fileProblem{p.Code, p.Error()})
	}
	for _, s := range l.Columns {
		c.Columns = append(c.Columns, columnSeen{s.Name, s.Known, s.Twice, s.Meant, s.Cure})
	}
	for _, m := range l.Missing {
		c.MissingColumns = append(c.MissingColumns, missingSeen{m.Name, m.Other, m.Why})
	}
	for _, one := range l.Causes {
		c.Causes = append(c.Causes, cause{string(one.Verdict), one.Column, one.Code, string(one.Flaw), one.Reason, one.Advice, one.Rows, one.Line})
	}
	for i := range l.Rejected {
		c.Rows = append(c.Rows, rejectedBy(&l.Rejected[i]))
	}
	for _, r := range l.Refusals {
		c.CognitoRefusals = append(c.CognitoRefusals, cognitoRefusal{r.Code, r.Message, r.Rows, r.Line})
	}
	return c
}

// rejectedBy tells of a row that would not be imported.
func rejectedBy(r *usercsv.RejectedRow) rejectedRow {
	row := rejectedRow{
		LineNumber: r.Line, RecordNumber: r.Number, ByteOffset: r.Offset, Verdict: string(r.Verdict), Code: r.Code, Column: r.Column, Message: r.Message,
		Values: r.Values, Text: r.Text,
	}
	for _, f := range r.Findings {
		found := finding{Column: f.Column, ColumnNumber: int64(f.Number), Code: f.Code, Flaw: string(f.Flaw), Message: f.Reason, Advice: f.Advice, Setting: f.Setting}
		for _, s := range f.Suggestions {
			found.Suggestions = append(found.Suggestions, suggestion(s))
		}
		row.Findings = append(row.Findings, found)
	}
	return row
}
