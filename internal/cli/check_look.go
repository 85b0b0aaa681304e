package cli

import (
	"context"
	"errors"
	"io"
	"os"

	"poolhouse/internal/usercsv"
)

// fileCheck is a file that is checked here, by the rules alone.
type fileCheck struct {
	path string
	want usercsv.Import
}

// look looks at the whole file, and keeps none of its rows.
func (f *fileCheck) look(ctx context.Context) (*checkResult, error) {
	want := f.want
	want.MaxRejected = -1
	look, err := usercsv.LookAt(func() (io.ReadCloser, error) { return openUntil(ctx, f.path) }, usercsv.Limits{}, want)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return checkedBy(look), nil
}

// rows are the first rows that would not be imported, -1 for all, of a file that can be
// imported. The file is read again, and no row is kept.
func (f *fileCheck) rows(ctx context.Context, most int) checkedRows {
	return func(yield func(*rejectedRow, error) bool) {
		if err := f.eachRow(ctx, most, func(r *rejectedRow) bool { return yield(r, nil) }); err != nil {
			yield(nil, err)
		}
	}
}

func (f *fileCheck) eachRow(ctx context.Context, most int, yield func(*rejectedRow) bool) error {
	file, err := openUntil(ctx, f.path)
	if err != nil {
		return err
	}
	defer file.Close()
	reader := usercsv.NewReader(file, usercsv.Position{}, usercsv.Limits{})
	header, err := reader.Header()
	if err != nil {
		return err
	}
	decoder, err := usercsv.NewDecoder(f.want.Pool, header, f.want.Algorithm, usercsv.Limits{}, nil)
	if err != nil {
		return err
	}
	for most != 0 {
		record, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		}
		if findings := decoder.Findings(record); len(findings) > 0 {
			if !yield(rejectedBy(decoder, len(header), record, findings)) {
				return nil
			}
			most--
		}
	}
	return nil
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
		FileSize: l.Size, FileSha256: l.SHA256, TotalRows: l.Rows, PassingRows: l.Passing, SkippedRows: l.Skipped, FailingRows: l.Failing, ColumnNames: l.Header,
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
	for _, r := range l.Refusals {
		c.CognitoRefusals = append(c.CognitoRefusals, cognitoRefusal{r.Code, r.Message, r.Rows, r.Line})
	}
	return c
}

// rejectedBy tells of a row that breaks rules, of a file with so many columns.
func rejectedBy(d *usercsv.Decoder, columns int, record usercsv.Record, findings []usercsv.Finding) *rejectedRow {
	first := findings[0]
	row := &rejectedRow{
		LineNumber: record.Line, RecordNumber: record.End.Rows, ByteOffset: record.Offset, Verdict: string(usercsv.Failed),
		Code: first.Code, Column: first.Column, Message: first.Reason,
	}
	if record.Err == nil && len(record.Fields) == columns {
		row.Values = d.Shown(record)
	} else {
		row.Text = d.ShownText(record)
	}
	for _, f := range findings {
		found := finding{Column: f.Column, ColumnNumber: int64(f.Number), Code: f.Code, Flaw: string(f.Flaw), Message: f.Reason, Advice: f.Advice, Setting: f.Setting}
		for _, s := range f.Suggestions {
			found.Suggestions = append(found.Suggestions, suggestion(s))
		}
		row.Findings = append(row.Findings, found)
	}
	return row
}
