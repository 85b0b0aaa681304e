package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"poolhouse/internal/usercsv"
)

// fileCheck is the check of a file without a server: by the pool's rules alone.
type fileCheck struct {
	path  string
	want  usercsv.Import
	mapTo string    // destination of a map of the file's columns, "" for none
	notes io.Writer // receives messages besides the check
}

// look surveys the whole file and keeps no rows.
func (f *fileCheck) look(ctx context.Context) (*usercsv.Report, error) {
	want := f.want
	want.MaxRejected = -1
	look, err := usercsv.Check(func() (io.ReadCloser, error) { return openUntil(ctx, f.path) }, usercsv.Limits{}, want)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return look, err
}

// rows returns the first rows that would not be imported, -1 for all. The file must be
// importable in this format. It is read again, and no row is kept.
func (f *fileCheck) rows(ctx context.Context, format *usercsv.Format, most int) checkedRows {
	return func(yield func(*rejectedRow, error) bool) {
		if err := f.eachRow(ctx, format, most, func(r *rejectedRow) bool { return yield(r, nil) }); err != nil {
			yield(nil, err)
		}
	}
}

func (f *fileCheck) eachRow(ctx context.Context, format *usercsv.Format, most int, yield func(*rejectedRow) bool) error {
	text, err := f.open(ctx, format)
	if err != nil {
		return err
	}
	defer text.Close()
	reader := format.NewReader(text, usercsv.Position{}, usercsv.Limits{})
	header, err := reader.Header()
	if err != nil {
		return err
	}
	header = format.ReadAs(header)
	decoder, err := usercsv.NewDecoder(f.want.Pool, header, f.want.Algorithm, usercsv.Limits{}, format)
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

// open returns the text of a file in a format.
func (f *fileCheck) open(ctx context.Context, format *usercsv.Format) (io.ReadCloser, error) {
	open := func(offset int64) (io.ReadCloser, error) { return openUntil(ctx, f.path) } // it is opened at offset 0 only
	return format.OpenText(open, 0, usercsv.DefaultBytes)
}

// writeMap writes a map of the file's columns, each with the pool's column that it probably
// is.
func (f *fileCheck) writeMap(ctx context.Context, look *usercsv.Report) error {
	columns, err := f.mapped(ctx, look)
	if err != nil {
		return err
	}
	if err := writeMap(f.mapTo, columns); err != nil {
		return err
	}
	left := 0
	for _, c := range columns {
		if c.Attribute == "" {
			left++
		}
	}
	say(f.notes, "wrote     %s: %s, %s. Edit it, and give it with --map %s.\n", f.mapTo, counted(int64(len(columns)), "column"), notRead(left), word(f.mapTo))
	return nil
}

// notRead returns a text with the number of columns that are not imported.
func notRead(n int) string {
	if n == 1 {
		return "1 of them is not imported"
	}
	return grouped(int64(n)) + " of them are not imported"
}

// mapped returns the columns of the file by their names in the file.
func (f *fileCheck) mapped(ctx context.Context, look *usercsv.Report) (columns []mappedColumn, err error) {
	text, err := f.open(ctx, look.Format)
	if err != nil {
		return nil, err
	}
	defer text.Close()
	names, err := look.Format.NewReader(text, usercsv.Position{}, usercsv.Limits{}).Header()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil || len(look.Columns) == 0 {
		return nil, errors.New("no map was written: the columns of the file are not known")
	}
	taken, times := map[string]bool{}, map[string]int{}
	for _, name := range names {
		times[name]++
	}
	for i, name := range names {
		column := mappedColumn{name, likely(look, i)}
		if name == "" {
			column.Column = fmt.Sprintf("column %d", i+1) // the name that a map uses
		}
		if taken[column.Attribute] || name != "" && times[name] > 1 {
			column.Attribute = ""
		}
		taken[column.Attribute] = true
		columns = append(columns, column)
	}
	return columns, nil
}

// likely returns what a column is read as or probably is, "" for nothing.
func likely(look *usercsv.Report, i int) string {
	switch {
	case i < len(look.Columns):
		return cmp.Or(look.Columns[i].ReadAs, look.Columns[i].Meant)
	case i < len(look.Header) && !strings.HasPrefix(look.Header[i], usercsv.NotImported):
		return look.Header[i]
	}
	return ""
}

// openUntil opens a file that can be read until the context ends.
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

// checkedBy returns the result of a local look in the form of a server's check.
func checkedBy(l *usercsv.Report) *checkResult {
	c := &checkResult{
		FileSize: l.Size, FileSha256: l.SHA256, TotalRows: l.Rows, PassingRows: l.Passing, SkippedRows: l.Skipped, FailingRows: l.Failing, ColumnNames: l.Header,
		Format: formatBy(l), Readings: readingsBy(l.Readings),
	}
	for _, p := range l.Problems {
		c.Problems = append(c.Problems, fileProblem{p.Code, p.Error()})
	}
	for _, s := range l.Columns {
		c.Columns = append(c.Columns, columnSeen{s.Name, s.Known, s.Twice, s.Meant, s.Cure, s.ReadAs, string(s.Unread), s.Filled, s.Samples})
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

// rejectedBy returns a row that breaks rules. columns is the number of the file's columns.
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
